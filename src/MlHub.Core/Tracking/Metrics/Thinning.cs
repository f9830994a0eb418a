namespace MlHub.Tracking.Metrics;

/// <summary>
/// Leaves out points that a screen cannot show. The series is cut into equal buckets and of each the smallest and the largest
/// value are kept, with the first and last point and every NaN or infinity: unlike averaging, no peak disappears.
/// </summary>
public static class Thinning
{
    public static IReadOnlyList<MetricPoint> MinMax(IReadOnlyList<MetricPoint> points, int max)
    {
        if (points.Count <= max)
        {
            return points;
        }

        var kept = new List<MetricPoint>(max) { points[0] };
        var buckets = Math.Max(1, (max - 2) / 2);
        var inner = points.Count - 2;
        for (var b = 0; b < buckets; b++)
        {
            var from = 1 + (int)((long)inner * b / buckets);
            var to = 1 + (int)((long)inner * (b + 1) / buckets);
            KeepExtremes(points, from, to, kept);
        }

        kept.Add(points[^1]);
        return kept;
    }

    private static void KeepExtremes(IReadOnlyList<MetricPoint> points, int from, int to, List<MetricPoint> kept)
    {
        int low = -1, high = -1, odd = -1;
        for (var i = from; i < to; i++)
        {
            if (!double.IsFinite(points[i].Value))
            {
                odd = odd < 0 ? i : odd;
                continue;
            }

            low = low < 0 || points[i].Value < points[low].Value ? i : low;
            high = high < 0 || points[i].Value > points[high].Value ? i : high;
        }

        foreach (var i in new[] { low, high, odd }.Where(i => i >= 0).Distinct().Order())
        {
            kept.Add(points[i]);
        }
    }
}
