using System.Text.Json.Serialization;
using MlHub.Protocol.Json;

namespace MlHub.Protocol.Tracking;

// Fields and names: MLflow's service.proto, metrics/get-history-bulk* and experiments/search-datasets.

public sealed record BulkHistoryRequest(List<string>? RunId, string? MetricKey, long? MaxResults);

public sealed record BulkIntervalRequest(List<string>? RunIds, string? MetricKey, long? StartStep, long? EndStep, long? MaxResults);

public sealed record BulkHistoryResponse(List<RunMetricMessage> Metrics);

public sealed record RunMetricMessage(string Key, double Value, long Timestamp, long Step, string RunId);

public sealed record SearchDatasetsRequest([property: JsonConverter(typeof(LenientTexts))] List<string>? ExperimentIds);

public sealed record SearchDatasetsResponse(List<DatasetSummaryMessage>? DatasetSummaries);

public sealed record DatasetSummaryMessage(string ExperimentId, string Name, string Digest, string? Context);
