using MlHub.Artifacts;
using MlHub.DataVersions;
using MlHub.Registry;

namespace MlHub.Compare;

/// <summary>Two versions beside each other: what a reviewer asks of a candidate and the version that it would replace.</summary>
public sealed record VersionComparison(
    ComparedVersion Candidate,
    ComparedVersion Baseline,
    SchemaComparison Schema,
    IReadOnlyList<MetricDelta> Metrics,
    IReadOnlyList<ValueDifference> Params,
    IReadOnlyList<DatasetDifference> Datasets,
    IReadOnlyList<FileDifference> Files,
    IReadOnlyList<ValueDifference> Environment,
    IReadOnlyList<ValueDifference> Code,
    ExplanationComparison Explanations);

/// <summary>One side of a comparison; the size of its files is in bytes.</summary>
public sealed record ComparedVersion(VersionKey Key, Stage Stage, string? RunId, long Size, bool HasSignature, bool HasMetrics);

/// <summary>How two things differ.</summary>
public enum Difference
{
    Same,
    Added,
    Removed,
    Changed,

    /// <summary>The same in another place.</summary>
    Moved,
}

/// <summary>Which way a metric is better.</summary>
public enum MetricDirection
{
    Unknown,
    LowerIsBetter,
    HigherIsBetter,
}

/// <summary>Whether a metric got better.</summary>
public enum MetricTrend
{
    Unknown,
    Same,
    Better,
    Worse,
}

/// <summary>A metric of the two versions' runs; null where a run does not have it.</summary>
public sealed record MetricDelta(string Metric, double? Candidate, double? Baseline, MetricDirection Direction, MetricTrend Trend)
{
    public double? Change => Candidate - Baseline;

    /// <summary>The change as a part of the baseline's value; null where that is zero.</summary>
    public double? Relative => Baseline is null or 0 ? null : Change / Math.Abs(Baseline.Value);
}

/// <summary>A text under a key of the two: a parameter, a package, a fact of the code.</summary>
public sealed record ValueDifference(string Key, string? Candidate, string? Baseline)
{
    public Difference Kind => Candidate == Baseline ? Difference.Same : Baseline is null ? Difference.Added : Candidate is null ? Difference.Removed : Difference.Changed;
}

/// <summary>
/// A dataset that the runs read, with the digest of its content, or a table without a digest, with its version; <paramref name="Context"/>
/// is what it was used for.
/// </summary>
public sealed record DatasetDifference(string Name, string? Context, string? Candidate, string? Baseline)
{
    /// <summary>What became of it, where both runs read it and that can be told.</summary>
    public DataChange? Change { get; init; }

    public Difference Kind => new ValueDifference(Name, Candidate, Baseline).Kind;
}

/// <summary>A file of the two versions; sizes in bytes.</summary>
public sealed record FileDifference(string Path, long? Candidate, long? Baseline, Difference Kind);
