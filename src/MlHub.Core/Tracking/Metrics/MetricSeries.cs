namespace MlHub.Tracking.Metrics;

/// <summary>All points of one metric of one run, with the latest of them at hand: the largest (step, timestamp, value).</summary>
public sealed class MetricSeries
{
    public long Id { get; init; }
    public required long RunKey { get; init; }

    /// <summary>The run's experiment once more, so that one index finds and sorts runs by a metric.</summary>
    public required long ExperimentId { get; init; }
    public required string Key { get; init; }
    public long Step { get; init; }
    public long Timestamp { get; init; }
    public double Value { get; init; }
    public MetricKind Kind { get; init; }

    /// <summary>How many points are stored.</summary>
    public long Points { get; init; }
}

/// <summary>What a stored number stands for: not every database has NaN and the infinities.</summary>
public enum MetricKind : short
{
    Number = 0,
    NaN = 1,
    PositiveInfinity = 2,
    NegativeInfinity = 3,
}
