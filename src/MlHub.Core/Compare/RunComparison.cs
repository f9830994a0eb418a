using MlHub.Tracking;

namespace MlHub.Compare;

/// <summary>Many runs beside each other: one column for each, in the order that was asked for.</summary>
/// <param name="Runs">The runs.</param>
/// <param name="Params">By key.</param>
/// <param name="Metrics">The latest values, by key.</param>
/// <param name="Tags">Those that people and programs set; MLflow's own are left out.</param>
/// <param name="Datasets">The digest of each dataset that any of them read, by name and context, and the version of each Delta table, by its place.</param>
public sealed record RunComparison(
    IReadOnlyList<RunDetails> Runs, IReadOnlyList<ComparedRow<string>> Params, IReadOnlyList<ComparedMetric> Metrics,
    IReadOnlyList<ComparedRow<string>> Tags, IReadOnlyList<ComparedRow<string>> Datasets);

/// <summary>What each run has under a key; null where it has nothing.</summary>
public record ComparedRow<T>(string Key, IReadOnlyList<T?> Values)
{
    /// <summary>Whether not all runs have the same.</summary>
    public bool Differs { get; } = Values.Distinct().Skip(1).Any();
}

/// <summary>A metric of each run, which way it is better, and how many points the run with most of them has.</summary>
public sealed record ComparedMetric(string Key, IReadOnlyList<double?> Values, MetricDirection Direction, long Longest) : ComparedRow<double?>(Key, Values);
