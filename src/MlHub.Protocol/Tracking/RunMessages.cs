using System.Text.Json.Serialization;
using MlHub.Protocol.Json;
using MlHub.Protocol.LoggedModels;

namespace MlHub.Protocol.Tracking;

// Fields and names: MLflow's service.proto, runs/*. Clients send run_id, older ones run_uuid, some both.

public sealed record CreateRunRequest([property: JsonConverter(typeof(LenientText))] string? ExperimentId, string? UserId, string? RunName, long? StartTime, List<TagMessage>? Tags);

public sealed record RunResponse(RunMessage Run);

public sealed record RunIdRequest(string? RunId, string? RunUuid);

public sealed record UpdateRunRequest(string? RunId, string? RunUuid, [property: JsonConverter(typeof(LenientText))] string? Status, long? EndTime, string? RunName);

public sealed record UpdateRunResponse(RunInfoMessage RunInfo);

public sealed record SearchRunsRequest(
    [property: JsonConverter(typeof(LenientTexts))] List<string>? ExperimentIds, string? Filter, [property: JsonConverter(typeof(LenientText))] string? RunViewType,
    long? MaxResults, List<string>? OrderBy, string? PageToken);

public sealed record SearchRunsResponse(List<RunMessage>? Runs, string? NextPageToken);

public sealed record RunMessage(RunInfoMessage Info, RunDataMessage Data, RunInputsMessage? Inputs, RunOutputsMessage? Outputs);

public sealed record RunInfoMessage(
    string RunUuid, string RunId, string RunName, string ExperimentId, string UserId, string Status, long StartTime, long? EndTime,
    string ArtifactUri, string LifecycleStage);

public sealed record RunDataMessage(
    [property: JsonConverter(typeof(LoggedMetricsWriter))] IReadOnlyList<LoggedMetricMessage>? Metrics,
    [property: JsonConverter(typeof(LoggedPairsWriter))] IReadOnlyList<KeyValuePair<string, string>>? Params,
    [property: JsonConverter(typeof(LoggedPairsWriter))] IReadOnlyList<KeyValuePair<string, string>>? Tags);

public sealed record RunInputsMessage(List<DatasetInputMessage>? DatasetInputs, List<ModelInputMessage>? ModelInputs);

public sealed record RunOutputsMessage(List<ModelOutputMessage> ModelOutputs);

public sealed record ParamMessage(string? Key, string? Value);
