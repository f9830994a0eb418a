using MlHub.Artifacts;
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
    IReadOnlyList<FeatureRank> Features);

/// <summary>One side of a comparison.</summary>
public sealed record ComparedVersion(VersionKey Key, Stage Stage, string? RunId, bool HasSignature, bool HasMetrics);

/// <summary>How two things differ.</summary>
public enum Difference
{
    Same,
    Added,
    Removed,
    Changed,
}

/// <summary>The fields of both signatures; compatible where the candidate takes every input that the baseline takes and answers no less.</summary>
public sealed record SchemaComparison(bool IsKnown, bool IsCompatible, IReadOnlyList<FieldDifference> Fields);

/// <summary>One field of the <paramref name="Part"/> (Inputs, Outputs, Parameters); <paramref name="Note"/> says why a change breaks, or does not.</summary>
public sealed record FieldDifference(
    string Part, string Name, SignatureField? Baseline, SignatureField? Candidate, Difference Kind, bool IsBreaking, string Note);

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

/// <summary>A parameter of the two runs.</summary>
public sealed record ValueDifference(string Key, string? Candidate, string? Baseline)
{
    public Difference Kind => Candidate == Baseline ? Difference.Same : Baseline is null ? Difference.Added : Candidate is null ? Difference.Removed : Difference.Changed;
}

/// <summary>A dataset that the runs read, with the digest of its content; <paramref name="Context"/> is what it was used for.</summary>
public sealed record DatasetDifference(string Name, string? Context, string? Candidate, string? Baseline)
{
    public Difference Kind => new ValueDifference(Name, Candidate, Baseline).Kind;
}

/// <summary>A file of the two versions; sizes in bytes.</summary>
public sealed record FileDifference(string Path, long? Candidate, long? Baseline, Difference Kind);

/// <summary>How much a feature weighs in the two models: its mean |SHAP| and its rank, 1 the heaviest.</summary>
public sealed record FeatureRank(string Feature, double? Candidate, double? Baseline, int? CandidateRank, int? BaselineRank);
