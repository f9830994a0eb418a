using MlHub.Compare;
using MlHub.Tracking.Metrics;

namespace MlHub.Web.Compare;

/// <summary>Which metric a comparison speaks of.</summary>
public static class ExplainedMetric
{
    /// <summary>The one asked for; else of those that differ one that most runs have, the most telling first. Null where none differs.</summary>
    public static ComparedMetric? OrNull(RunComparison comparison, string? asked) =>
        comparison.Metrics.FirstOrDefault(m => m.Key == asked) ?? comparison.Metrics.Where(m => m.Differs)
            .OrderByDescending(m => m.Values.Where(v => v is not null).Distinct().Skip(1).Any()).ThenByDescending(m => m.Values.Count(v => v is not null))
            .ThenByDescending(m => m.Values.Distinct().Count()).ThenByDescending(m => MetricNames.Telling(m.Key)).FirstOrDefault();
}
