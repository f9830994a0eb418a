using System.Text.Json.Serialization;
using MlHub.Protocol.Artifacts;
using MlHub.Protocol.Json;
using MlHub.Protocol.Tracking;

namespace MlHub.Protocol.LoggedModels;

// Fields and names: MLflow's service.proto, logged-models/*. A path's {model_id} is repeated in some bodies and not read there.

public sealed record CreateLoggedModelRequest(
    [property: JsonConverter(typeof(LenientText))] string? ExperimentId, string? Name, string? ModelType, string? SourceRunId, List<ParamMessage>? Params, List<TagMessage>? Tags);

public sealed record FinalizeLoggedModelRequest(string? Status);

public sealed record SetLoggedModelTagsRequest(List<TagMessage>? Tags);

public sealed record LogLoggedModelParamsRequest(List<ParamMessage>? Params);

public sealed record ListLoggedModelArtifactsRequest(string? ArtifactDirectoryPath, string? PageToken);

public sealed record ListLoggedModelArtifactsResponse(string RootUri, List<FileInfoMessage>? Files);

public sealed record SearchLoggedModelsRequest(
    [property: JsonConverter(typeof(LenientTexts))] List<string>? ExperimentIds, string? Filter, List<DatasetFilterMessage>? Datasets, long? MaxResults, List<LoggedModelOrderMessage>? OrderBy,
    string? PageToken);

public sealed record DatasetFilterMessage(string? DatasetName, string? DatasetDigest);

public sealed record LoggedModelOrderMessage(string? FieldName, bool? Ascending, string? DatasetName, string? DatasetDigest);

public sealed record SearchLoggedModelsResponse(List<LoggedModelMessage>? Models, string? NextPageToken);

public sealed record LoggedModelResponse(LoggedModelMessage Model);

public sealed record LoggedModelMessage(LoggedModelInfoMessage Info, LoggedModelDataMessage Data);

public sealed record LoggedModelInfoMessage(
    string ModelId, string ExperimentId, string Name, long CreationTimestampMs, long LastUpdatedTimestampMs, string ArtifactUri, string Status,
    string? ModelType, string? SourceRunId, string? StatusMessage, List<TagMessage>? Tags, List<LoggedModelRegistrationMessage>? Registrations);

public sealed record LoggedModelRegistrationMessage(string Name, string Version);

public sealed record LoggedModelDataMessage(List<ParamMessage>? Params, List<MeasuredMetricMessage>? Metrics);

/// <summary>A metric that says what it was measured on and by which run.</summary>
public sealed record MeasuredMetricMessage(
    string Key, double Value, long Timestamp, long Step, string? DatasetName, string? DatasetDigest, string ModelId, string RunId);

public sealed record LogOutputsRequest(string? RunId, string? RunUuid, List<ModelOutputMessage>? Models);

public sealed record ModelOutputMessage(string? ModelId, long? Step);

public sealed record ModelInputMessage(string? ModelId);
