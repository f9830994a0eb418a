namespace MlHub.Tracking.Metrics;

/// <summary>
/// Leaves out points that a screen cannot show. The series is cut into equal buckets and of each the smallest and the largest
/// value are kept, with the first and last point and every bucket's first NaN or infinity: unlike averaging, no peak disappears.
/// </summary>
public static class Thinning
{
    /// <param name="points">In their order.</param>
    /// <param name="max">How many are wanted; those that are no number may come on top.</param>
    public static IReadOnlyList<MetricPoint> MinMax(IReadOnlyList<MetricPoint> points, int max)
    {
        if (points.Count <= max)
        {
            return points;
        }

        var kept = new List<MetricPoint>(max) { points[0] };
        var buckets = Math.Max(1, (max - 2) / 2);
        var inner = points.Count - 2L;
        for (var b = 0; b < buckets; b++)
        {
            var bucket = new Extremes();
            for (var i = 1 + inner * b / buckets; i < 1 + inner * (b + 1) / buckets; i++)
            {
                bucket.Add(i, points[(int)i]);
            }

            kept.AddRange(bucket.Kept);
        }

        kept.Add(points[^1]);
        return kept;
    }
}
