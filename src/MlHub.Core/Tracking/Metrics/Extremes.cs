namespace MlHub.Tracking.Metrics;

/// <summary>What a chart must not lose of neighbouring points: the smallest, the largest, and the first that is no number.</summary>
internal struct Extremes
{
    private PlacedPoint? _low;
    private PlacedPoint? _high;
    private PlacedPoint? _odd;

    /// <summary>How many points were added.</summary>
    public int Count { get; private set; }

    /// <summary>The one to three points kept, in their order.</summary>
    public readonly IEnumerable<MetricPoint> Kept =>
        new[] { _low, _high, _odd }.Where(p => p is not null).Select(p => p!.Value).DistinctBy(p => p.At).OrderBy(p => p.At).Select(p => p.Point);

    /// <param name="at">The point's place in its series. Points are added in their order.</param>
    /// <param name="point">The point there.</param>
    public void Add(long at, MetricPoint point)
    {
        Count++;
        Consider(new(at, point));
    }

    /// <summary>Takes in the extremes of the points that follow.</summary>
    public void Add(in Extremes next)
    {
        Count += next.Count;
        Consider(next._low);
        Consider(next._high);
        Consider(next._odd);
    }

    public readonly void Write(BinaryWriter to)
    {
        to.Write(Count);
        foreach (var point in (ReadOnlySpan<PlacedPoint?>)[_low, _high, _odd])
        {
            to.Write(point is null ? -1 : point.Value.At);
            if (point is not null)
            {
                Write(to, point.Value.Point);
            }
        }
    }

    public static Extremes Read(BinaryReader from) => new() { Count = from.ReadInt32(), _low = PlacedOrNull(from), _high = PlacedOrNull(from), _odd = PlacedOrNull(from) };

    public static void Write(BinaryWriter to, MetricPoint point)
    {
        to.Write(point.Step);
        to.Write(point.Timestamp);
        to.Write(point.Value);
    }

    public static MetricPoint ReadPoint(BinaryReader from) => new(from.ReadInt64(), from.ReadInt64(), from.ReadDouble());

    private static PlacedPoint? PlacedOrNull(BinaryReader from) => from.ReadInt64() is >= 0 and var at ? new(at, ReadPoint(from)) : null;

    private void Consider(PlacedPoint? point)
    {
        if (point is not { Point.Value: var value })
        {
            return;
        }

        if (!double.IsFinite(value))
        {
            _odd ??= point;
            return;
        }

        _low = _low is { } low && low.Point.Value <= value ? low : point;
        _high = _high is { } high && high.Point.Value >= value ? high : point;
    }

    private readonly record struct PlacedPoint(long At, MetricPoint Point);
}
