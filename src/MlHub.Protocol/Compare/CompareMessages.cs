using System.Text.Json.Serialization;
using MlHub.Protocol.Json;

namespace MlHub.Protocol.Compare;

// MlHub's own calls: mlhub/compare/*. "from" is the first that was named, "to" the second.

public sealed record CompareVersionsRequest(string? Name, [property: JsonConverter(typeof(LenientTexts))] List<string>? Versions);

public sealed record CompareVersionsResponse(
    List<ComparedVersionMessage> Versions, List<ValueChangeMessage> Params, List<MetricChangeMessage> Metrics, SchemaChangeMessage Schema,
    List<DataChangeMessage> Data, List<ValueChangeMessage> Environment, List<ValueChangeMessage> Code, ExplanationChangeMessage Explanations)
{
    /// <summary>Those of the metrics that are times of a prediction; empty where none was logged.</summary>
    public List<MetricChangeMessage> Latency { get; init; } = [];
}

/// <summary>The size of all files in bytes.</summary>
public sealed record ComparedVersionMessage(string Version, string CurrentStage, string? RunId, long Size);

/// <summary>ADDED, REMOVED, CHANGED or SAME.</summary>
public sealed record ValueChangeMessage(string Name, string Change, string? From, string? To);

/// <summary>The trend is BETTER, WORSE, SAME or UNKNOWN, the direction LOWER_IS_BETTER, HIGHER_IS_BETTER or UNKNOWN.</summary>
public sealed record MetricChangeMessage(string Name, double? From, double? To, double? Delta, string Direction, string Trend);

/// <summary>The verdict is IDENTICAL, COMPATIBLE or BREAKING for those who call the first version, or UNKNOWN where one has no signature.</summary>
public sealed record SchemaChangeMessage(string Verdict, List<FieldChangeMessage> Inputs, List<FieldChangeMessage> Outputs, List<FieldChangeMessage> Params);

/// <summary>A field that differs: ADDED, REMOVED, CHANGED or MOVED, with its own verdict and the reason for it.</summary>
public sealed record FieldChangeMessage(string Name, string Change, FieldMessage? From, FieldMessage? To, string Verdict, string Reason);

public sealed record FieldMessage(string Type, bool Required);

/// <summary>
/// A dataset of the versions' runs, by the digest of its content, or a table without a digest, by its version. What follows is told where both
/// runs read it: the source, the table's versions, a sentence, the columns that changed, and the commits between, as far as the table's log may be read.
/// </summary>
public sealed record DataChangeMessage(
    string Name, string? Context, string Change, string? From, string? To, string? Source = null, long? FromVersion = null, long? ToVersion = null, string? Note = null,
    List<ValueChangeMessage>? Columns = null, long? CommitCount = null, List<DataCommitMessage>? Commits = null);

/// <summary>A commit of a Delta table, with the counts that its writer gave, such as numOutputRows.</summary>
public sealed record DataCommitMessage(long Version, long? Timestamp, string? Operation, IReadOnlyDictionary<string, long>? Counts);

/// <summary>What the models give their features; the reason says why a side has none.</summary>
public sealed record ExplanationChangeMessage(string Reason, ExplainedSideMessage? From, ExplainedSideMessage? To, List<FeatureChangeMessage> Features);

/// <summary>The base value is what SHAP values are counted from; absent where a model has several outputs.</summary>
public sealed record ExplainedSideMessage(string Source, double? BaseValue);

/// <summary>The mean |SHAP| of a feature and its rank, 1 the heaviest; the change is above 0 where it rose.</summary>
public sealed record FeatureChangeMessage(string Name, double? From, double? To, int? FromRank, int? ToRank, int? RankChange);

public sealed record CompareRunsRequest(List<string>? RunIds);

/// <summary>Each row has a value for each run, in the order of <paramref name="RunIds"/>, null where it has none.</summary>
public sealed record CompareRunsResponse(
    List<string> RunIds, List<ComparedTextsMessage> Params, List<ComparedNumbersMessage> Metrics, List<ComparedTextsMessage> Tags, List<ComparedTextsMessage> Data);

public sealed record ComparedTextsMessage(string Key, bool Differs, IReadOnlyList<string?> Values);

public sealed record ComparedNumbersMessage(string Key, bool Differs, string Direction, IReadOnlyList<double?> Values);
