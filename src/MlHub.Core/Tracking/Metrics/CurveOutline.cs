using System.Runtime.InteropServices;

namespace MlHub.Tracking.Metrics;

/// <summary>
/// The shape of a long series in memory: the extremes of at most <see cref="MaxStretches"/> stretches of equal length, to which new points are
/// added at the end. When they are full, neighbours are joined and each is twice as long, so that a series of any length has at least half of them.
/// </summary>
internal sealed class CurveOutline
{
    public const int MaxStretches = 4096;

    private readonly List<Extremes> _stretches = [];
    private int _length = 1;
    private MetricPoint _first;

    public MetricPoint? Last { get; private set; }

    /// <summary>How many points were added.</summary>
    public long Points { get; private set; }

    /// <summary>The memory it takes, in stretches.</summary>
    public int Size => _stretches.Count;

    /// <summary>Points come in order of (step, timestamp, value).</summary>
    public void Add(MetricPoint point)
    {
        _first = Last is null ? point : _first;
        Last = point;
        if (_stretches.Count == 0 || _stretches[^1].Count >= _length)
        {
            Lengthen();
            _stretches.Add(default);
        }

        CollectionsMarshal.AsSpan(_stretches)[^1].Add(Points++, point);
    }

    /// <summary>The first and last point and the extremes of each stretch, as far as their steps are in the range; in their order.</summary>
    public IReadOnlyList<MetricPoint> Between(long firstStep, long lastStep)
    {
        List<MetricPoint> kept = [_first, .. _stretches.SelectMany(s => s.Kept)];
        if (kept is [var first, var second, ..] && first == second)
        {
            kept.RemoveAt(0);
        }

        if (Last is { } last && kept[^1] != last)
        {
            kept.Add(last);
        }

        return [.. kept.Where(p => p.Step >= firstStep && p.Step <= lastStep)];
    }

    /// <summary>As bytes, with whose it is.</summary>
    public byte[] Write(string runId)
    {
        using var bytes = new MemoryStream();
        using var writer = new BinaryWriter(bytes);
        writer.Write(runId);
        writer.Write(Points);
        writer.Write(_length);
        Extremes.Write(writer, _first);
        Extremes.Write(writer, Last ?? default);
        writer.Write(_stretches.Count);
        _stretches.ForEach(s => s.Write(writer));
        writer.Flush();
        return bytes.ToArray();
    }

    /// <summary>Null for that of another run.</summary>
    public static CurveOutline? ReadOrNull(byte[] bytes, string runId)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes));
        if (reader.ReadString() != runId)
        {
            return null;
        }

        var outline = new CurveOutline { Points = reader.ReadInt64(), _length = reader.ReadInt32(), _first = Extremes.ReadPoint(reader), Last = Extremes.ReadPoint(reader) };
        for (var left = reader.ReadInt32(); left > 0; left--)
        {
            outline._stretches.Add(Extremes.Read(reader));
        }

        return outline;
    }

    private void Lengthen()
    {
        if (_stretches.Count < MaxStretches)
        {
            return;
        }

        for (var i = 0; i < MaxStretches / 2; i++)
        {
            var joined = _stretches[2 * i];
            joined.Add(_stretches[2 * i + 1]);
            _stretches[i] = joined;
        }

        _stretches.RemoveRange(MaxStretches / 2, MaxStretches / 2);
        _length *= 2;
    }
}
