namespace MlHub.Tracking.Table;

/// <summary>The groups in the order asked for, at most so many as a page shows; <paramref name="All"/> is how many there are.</summary>
public sealed record GroupedRuns(IReadOnlyList<TableGroup> Groups, int All);

/// <summary>Runs with the same value; null for those without any.</summary>
public sealed record TableGroup(string? Value, IReadOnlyDictionary<string, GroupFigures> Metrics)
{
    public long Runs { get; internal set; }
}

/// <summary>Figures of a metric's latest values within a group. NaN and the infinities are left out of them.</summary>
public sealed class GroupFigures
{
    private double _squares;

    public long Count { get; private set; }
    public double Mean { get; private set; }
    public double Min { get; private set; } = double.PositiveInfinity;
    public double Max { get; private set; } = double.NegativeInfinity;

    /// <summary>The standard deviation of the sample; NaN for a single value.</summary>
    public double Deviation => Count > 1 ? Math.Sqrt(_squares / (Count - 1)) : double.NaN;

    /// <summary>Welford's method (Technometrics 4, 1962), which loses no digits where the values are large and close together.</summary>
    public void Add(double value)
    {
        if (!double.IsFinite(value))
        {
            return;
        }

        var from = value - Mean;
        Mean += from / ++Count;
        _squares += from * (value - Mean);
        (Min, Max) = (Math.Min(Min, value), Math.Max(Max, value));
    }
}
