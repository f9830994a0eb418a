using System.Text.Json.Serialization;
using MlHub.Protocol.Json;
using MlHub.Protocol.LoggedModels;

namespace MlHub.Protocol.Tracking;

// Fields and names: MLflow's service.proto, runs/log-* and metrics/*.

public sealed record LogMetricRequest(
    string? RunId, string? RunUuid, string? Key, double? Value, long? Timestamp, long? Step, string? ModelId, string? DatasetName, string? DatasetDigest);

public sealed record LogParamRequest(string? RunId, string? RunUuid, string? Key, string? Value);

public sealed record SetTagRequest(string? RunId, string? RunUuid, string? Key, string? Value);

public sealed record DeleteTagRequest(string? RunId, string? RunUuid, string? Key);

public sealed record LogBatchRequest(string? RunId, string? RunUuid, List<MetricMessage>? Metrics, List<ParamMessage>? Params, List<TagMessage>? Tags);

public sealed record LogModelRequest(string? RunId, string? RunUuid, string? ModelJson);

public sealed record LogInputsRequest(string? RunId, string? RunUuid, List<DatasetInputMessage>? Datasets, List<ModelInputMessage>? Models);

public sealed record DatasetInputMessage(List<TagMessage>? Tags, DatasetMessage? Dataset);

public sealed record DatasetMessage(string? Name, string? Digest, string? SourceType, string? Source, string? Schema, string? Profile);

public sealed record MetricHistoryRequest(string? RunId, string? RunUuid, string? MetricKey, string? PageToken, long? MaxResults);

public sealed record MetricHistoryResponse([property: JsonConverter(typeof(LoggedMetricsWriter))] IReadOnlyList<LoggedMetricMessage>? Metrics, string? NextPageToken);

/// <summary>A metric of a run as it is answered.</summary>
public readonly record struct LoggedMetricMessage(string Key, double Value, long Timestamp, long Step);

/// <summary>A metric of a run; what it says of a model and of data is kept with the model.</summary>
public sealed record MetricMessage(
    string? Key, double? Value, long? Timestamp, long? Step, string? ModelId = null, string? DatasetName = null, string? DatasetDigest = null);
