namespace MlHub.Tracking.Metrics;

/// <summary>A metric's value as it is stored: a finite number beside what it stands for, so that it sorts the same on every database.</summary>
public readonly record struct MetricValue(double Stored, MetricKind Kind)
{
    public static MetricValue Of(double value) => value switch
    {
        double.NaN => new(0, MetricKind.NaN),
        double.PositiveInfinity => new(double.MaxValue, MetricKind.PositiveInfinity),
        double.NegativeInfinity => new(double.MinValue, MetricKind.NegativeInfinity),
        // Minus zero would be a second value for the same point.
        _ => new(value == 0 ? 0 : value, MetricKind.Number),
    };

    /// <summary>The value as it was logged.</summary>
    public double Logged => Kind switch
    {
        MetricKind.NaN => double.NaN,
        MetricKind.PositiveInfinity => double.PositiveInfinity,
        MetricKind.NegativeInfinity => double.NegativeInfinity,
        _ => Stored,
    };
}
