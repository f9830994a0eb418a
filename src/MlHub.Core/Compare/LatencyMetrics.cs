using System.Text.RegularExpressions;

namespace MlHub.Compare;

/// <summary>Metrics whose names say that they are the time of a prediction. Nothing is measured here: what no run logged is not known.</summary>
public static partial class LatencyMetrics
{
    public static IReadOnlyList<MetricDelta> Of(IReadOnlyList<MetricDelta> metrics) => [.. metrics.Where(m => Name().IsMatch(m.Metric)).Select(LowerIsBetter)];

    /// <summary>A time is better when it is shorter, though its name may not be known for it.</summary>
    private static MetricDelta LowerIsBetter(MetricDelta metric) => metric.Direction != MetricDirection.Unknown || metric is not { Candidate: { } after, Baseline: { } before }
        ? metric
        : metric with { Direction = MetricDirection.LowerIsBetter, Trend = MetricRules.Trend(after, before, MetricDirection.LowerIsBetter) };

    [GeneratedRegex(@"(^|[^a-z])(latency|(inference|prediction|predict|response|scoring)[^a-z]?(time|ms|seconds|duration))([^a-z]|\z)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
