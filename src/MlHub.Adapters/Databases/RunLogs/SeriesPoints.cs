using MlHub.Tracking.Metrics;

namespace MlHub.Adapters.Databases.RunLogs;

/// <summary>The points that one call logs under one metric key, and the latest of them.</summary>
internal sealed class SeriesPoints(string key)
{
    private readonly List<MetricPoint> _points = [];

    public string Key { get; } = key;
    public IReadOnlyList<MetricPoint> Points => _points;
    public MetricPoint Latest { get; private set; }

    /// <summary>One entry per key, in the order of the keys, so that parallel calls lock series in the same order.</summary>
    public static List<SeriesPoints> Of(IReadOnlyList<Metric> metrics)
    {
        var byKey = new Dictionary<string, SeriesPoints>(StringComparer.Ordinal);
        foreach (var metric in metrics)
        {
            if (!byKey.TryGetValue(metric.Key, out var series))
            {
                byKey.Add(metric.Key, series = new SeriesPoints(metric.Key));
            }

            series.Add(new MetricPoint(metric.Step, metric.Timestamp, metric.Value));
        }

        List<SeriesPoints> all = [.. byKey.Values];
        all.Sort((a, b) => string.CompareOrdinal(a.Key, b.Key));
        return all;
    }

    /// <summary>The larger (step, timestamp, value); NaN counts as the smallest value, as <see cref="double.CompareTo(double)"/> has it.</summary>
    public static MetricPoint Later(MetricPoint a, MetricPoint b) =>
        (b.Step, b.Timestamp, b.Value).CompareTo((a.Step, a.Timestamp, a.Value)) > 0 ? b : a;

    private void Add(MetricPoint point)
    {
        Latest = _points.Count == 0 ? point : Later(Latest, point);
        _points.Add(point);
    }
}
