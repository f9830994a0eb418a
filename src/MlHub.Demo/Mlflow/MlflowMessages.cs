using System.Text.Json.Serialization;

namespace MlHub.Demo.Mlflow;

/// <summary>A key with a text: a tag or a parameter.</summary>
public sealed record KeyText(string Key, string Value);

/// <summary>One point of a metric's history; the timestamp is in milliseconds since 1970.</summary>
public sealed record MetricPoint(string Key, double Value, long Timestamp, long Step);

/// <summary>A data set that a run read, with what it was read for.</summary>
public sealed record DatasetInput(IReadOnlyList<KeyText> Tags, Dataset Dataset);

/// <summary>Where rows came from and what they look like; source, schema and profile are JSON texts.</summary>
public sealed record Dataset(string Name, string Digest, string SourceType, string Source, string Schema, string Profile);

/// <summary>What the server says of a run.</summary>
public sealed record RunInfo(string RunId, string ExperimentId, string Status, string ArtifactUri);

/// <summary>What the server says of an experiment.</summary>
public sealed record Experiment(string ExperimentId, string Name, string? LifecycleStage);

internal sealed record GetExperimentByNameResponse(Experiment Experiment);

internal sealed record CreateExperiment(string Name, IReadOnlyList<KeyText> Tags);

internal sealed record CreateExperimentResponse(string ExperimentId);

internal sealed record ShareExperiment(string ExperimentId, string Username, string Permission);

internal sealed record SetExperimentTag(string ExperimentId, string Key, string Value);

internal sealed record SearchRuns(IReadOnlyList<string> ExperimentIds, string Filter, int MaxResults);

internal sealed record SearchRunsResponse(IReadOnlyList<Run>? Runs);

internal sealed record Run(RunInfo Info);

internal sealed record CreateRun(string ExperimentId, string UserId, string RunName, long StartTime, IReadOnlyList<KeyText> Tags);

internal sealed record CreateRunResponse(Run Run);

internal sealed record UpdateRun(string RunId, string Status, long EndTime);

internal sealed record LogBatch(string RunId, IReadOnlyList<MetricPoint>? Metrics, [property: JsonPropertyName("params")] IReadOnlyList<KeyText>? Parameters);

internal sealed record LogInputs(string RunId, IReadOnlyList<DatasetInput> Datasets);

internal sealed record LogModel(string RunId, string ModelJson);

internal sealed record SetTag(string RunId, string Key, string Value);

internal sealed record CreateModel(string Name, string Description, IReadOnlyList<KeyText> Tags);

internal sealed record GetModelResponse(RegisteredModelDatabricks RegisteredModelDatabricks);

internal sealed record RegisteredModelDatabricks(string Id);

internal sealed record ShareModel(IReadOnlyList<GivenPermission> AccessControlList);

internal sealed record GivenPermission(string? UserName, string PermissionLevel, string? ServicePrincipalName = null);

internal sealed record CreateModelVersion(string Name, string Source, string RunId, string Description);

internal sealed record CreateModelVersionResponse(ModelVersion ModelVersion);

internal sealed record ModelVersion(string Version);

internal sealed record TransitionStage(string Name, string Version, string Stage, bool ArchiveExistingVersions);

internal sealed record SetAlias(string Name, string Alias, string Version);

internal sealed record RequestTransition(string Name, string Version, string Stage, string Comment);

internal sealed record NamedVersion(string Name, string Version);

internal sealed record NamedModel(string Name);

internal sealed record SetPolicy(string Name, string Stage, PromotionPolicy Policy);

internal sealed record PromotionPolicy(int Approvals, bool FourEyes, IReadOnlyList<RequiredCheck> RequiredChecks);

internal sealed record RequiredCheck(string Name);

internal sealed record ErrorAnswer(string? ErrorCode, string? Message);
