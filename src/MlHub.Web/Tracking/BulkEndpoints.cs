using MlHub.Protocol.Tracking;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Web.Api;

namespace MlHub.Web.Tracking;

/// <summary>What MLflow's charts and tables ask of many runs at once: metrics/get-history-bulk, -bulk-interval, experiments/search-datasets.</summary>
public sealed class BulkEndpoints(BulkHistories histories, DatasetSearches datasets)
{
    public void Map(MlflowRoutes api)
    {
        api.Get<BulkHistoryRequest, BulkHistoryResponse>("/metrics/get-history-bulk", Scopes.TrackingRead, HistoryAsync);
        api.Get<BulkIntervalRequest, BulkHistoryResponse>("/metrics/get-history-bulk-interval", Scopes.TrackingRead, IntervalAsync);
        api.Post<SearchDatasetsRequest, SearchDatasetsResponse>("/experiments/search-datasets", Scopes.TrackingRead, SearchDatasetsAsync);
    }

    private async Task<BulkHistoryResponse> HistoryAsync(BulkHistoryRequest request, ApiCall call)
    {
        var runs = AtMost(request.RunId, Limits.RunsPerBulkHistory, "GetMetricHistoryBulk", "run_id");
        var key = request.MetricKey ?? throw HubException.Invalid("GetMetricHistoryBulk request must specify a metric_key.");
        var max = request.MaxResults ?? Limits.HistoryPageMax;
        return max >= 0
            ? ToResponse(key, await histories.AllAsync(call.Caller, runs, key, (int)Math.Min(max, Limits.HistoryPageMax), call.Cancel))
            : throw WrongValues.Refuse($"{max}", "max_results", "It must not be negative.");
    }

    private async Task<BulkHistoryResponse> IntervalAsync(BulkIntervalRequest request, ApiCall call)
    {
        var runs = Needed.Entries(request.RunIds, "run_ids");
        if (runs.Count > Limits.RunsPerBulkHistory)
        {
            throw HubException.Invalid($"GetMetricHistoryBulkInterval request must specify at most {Limits.RunsPerBulkHistory} run_ids. Received {runs.Count} run_ids.");
        }

        var key = Needed.Text(request.MetricKey, "metric_key");
        var max = request.MaxResults ?? Limits.SampledStepsMax;
        return max is >= 1 and <= Limits.SampledStepsMax
            ? ToResponse(key, await histories.SampledAsync(call.Caller, runs, key, AskedSteps.OrNull(request.StartStep, request.EndStep), (int)max, call.Cancel))
            : throw HubException.Invalid($"max_results must be between 1 and {Limits.SampledStepsMax}.");
    }

    private async Task<SearchDatasetsResponse> SearchDatasetsAsync(SearchDatasetsRequest request, ApiCall call)
    {
        var experiments = AtMost(request.ExperimentIds, Limits.ExperimentsPerDatasetSearch, "SearchDatasets", "experiment_id").Select(Needed.ExperimentId).ToList();
        var found = await datasets.SummariesAsync(call.Caller, experiments, call.Cancel);
        return new(found.Select(d => new DatasetSummaryMessage(d.ExperimentId.ToString(), d.Name, d.Digest, d.Context)).ToList().OrNull());
    }

    private static List<string> AtMost(List<string>? ids, int limit, string call, string field) => ids switch
    {
        null or [] => throw HubException.Invalid($"{call} request must specify at least one {field}."),
        { Count: var count } when count > limit => throw HubException.Invalid($"{call} request cannot specify more than {limit} {field}s. Received {count} {field}s."),
        _ => ids,
    };

    private static BulkHistoryResponse ToResponse(string key, List<RunPoint> points) =>
        new([.. points.Select(p => new RunMetricMessage(key, p.Point.Value, p.Point.Timestamp, p.Point.Step, p.RunId))]);
}
