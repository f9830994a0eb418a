using MlHub.Protocol.LoggedModels;
using MlHub.Protocol.Tracking;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Web.Api;
using MlHub.Web.LoggedModels;

namespace MlHub.Web.Tracking;

/// <summary>What runs log: MLflow's runs/log-*, runs/set-tag, runs/delete-tag and metrics/get-history.</summary>
public sealed class RunLogEndpoints(RunLogs logs, Runs runs, Curves curves)
{
    public void Map(MlflowRoutes api)
    {
        api.Post<LogMetricRequest, Empty>("/runs/log-metric", Scopes.TrackingWrite, LogMetricAsync);
        api.Post<LogParamRequest, Empty>("/runs/log-parameter", Scopes.TrackingWrite, LogParamAsync);
        api.Post<LogBatchRequest, Empty>("/runs/log-batch", Scopes.TrackingWrite, LogBatchAsync);
        api.Post<SetTagRequest, Empty>("/runs/set-tag", Scopes.TrackingWrite, SetTagAsync);
        api.Post<DeleteTagRequest, Empty>("/runs/delete-tag", Scopes.TrackingWrite, DeleteTagAsync);
        api.Post<LogInputsRequest, Empty>("/runs/log-inputs", Scopes.TrackingWrite, LogInputsAsync);
        api.Post<LogOutputsRequest, Empty>("/runs/outputs", Scopes.TrackingWrite, LogOutputsAsync);
        api.Post<LogModelRequest, Empty>("/runs/log-model", Scopes.TrackingWrite, LogModelAsync);
        api.Get<MetricHistoryRequest, MetricHistoryResponse>("/metrics/get-history", Scopes.TrackingRead, HistoryAsync);
    }

    private Task<Empty> LogMetricAsync(LogMetricRequest request, ApiCall call)
    {
        var metric = new Metric(
            Needed.Text(request.Key, "key"), Needed.Value(request.Value, "value"), Needed.Value(request.Timestamp, "timestamp"), request.Step ?? 0);
        ModelMetric? ofModel = string.IsNullOrEmpty(request.ModelId) ? null : new(request.ModelId, request.DatasetName ?? "", request.DatasetDigest ?? "", metric);
        return AppendAsync(request.RunId, request.RunUuid, RunLog.OfMetric(metric) with { ModelMetrics = ofModel is null ? [] : [ofModel] }, call);
    }

    private Task<Empty> LogParamAsync(LogParamRequest request, ApiCall call) =>
        AppendAsync(request.RunId, request.RunUuid, RunLog.OfParam(Needed.Text(request.Key, "key"), Needed.Present(request.Value, "value")), call);

    private Task<Empty> SetTagAsync(SetTagRequest request, ApiCall call) =>
        AppendAsync(request.RunId, request.RunUuid, RunLog.OfTag(Needed.Text(request.Key, "key"), Needed.Present(request.Value, "value")), call);

    private Task<Empty> LogBatchAsync(LogBatchRequest request, ApiCall call)
    {
        var metrics = request.Metrics.AsMetrics();
        var ofModels = request.Metrics?.Zip(metrics, LoggedModelMapping.ToModelMetric).OfType<ModelMetric>().ToList() ?? [];
        return AppendAsync(
            request.RunId, request.RunUuid, new(metrics, request.Params.AsPairs("params"), request.Tags.AsPairs("tags")) { ModelMetrics = ofModels }, call);
    }

    private async Task<Empty> AppendAsync(string? runId, string? runUuid, RunLog log, ApiCall call)
    {
        await logs.AppendAsync(call.Caller, Needed.RunId(runId, runUuid), log, call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> DeleteTagAsync(DeleteTagRequest request, ApiCall call)
    {
        await runs.DeleteTagAsync(call.Caller, Needed.RunId(request.RunId, request.RunUuid), Needed.Text(request.Key, "key"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> LogInputsAsync(LogInputsRequest request, ApiCall call)
    {
        var runId = Needed.RunId(request.RunId, request.RunUuid);
        if (request is { Datasets: null, Models: null })
        {
            throw Needed.Missing("datasets");
        }

        var inputs = request.Datasets?.Select(ToInput).ToList() ?? [];
        await logs.LogInputsAsync(call.Caller, runId, inputs, request.Models.ToInputs(), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> LogOutputsAsync(LogOutputsRequest request, ApiCall call)
    {
        await logs.LogOutputsAsync(call.Caller, Needed.RunId(request.RunId, request.RunUuid), request.Models.ToOutputs(), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> LogModelAsync(LogModelRequest request, ApiCall call)
    {
        await logs.LogModelAsync(call.Caller, Needed.RunId(request.RunId, request.RunUuid), Needed.Text(request.ModelJson, "model_json"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<MetricHistoryResponse> HistoryAsync(MetricHistoryRequest request, ApiCall call)
    {
        var (runId, key) = (Needed.RunId(request.RunId, request.RunUuid), Needed.Text(request.MetricKey, "metric_key"));
        var max = request.MaxResults switch
        {
            null => (int?)null,
            <= 0 => throw HubException.Invalid($"Invalid value {request.MaxResults} for parameter 'max_results' supplied: It must be a positive integer."),
            var wanted => (int)Math.Min(wanted.Value, Limits.HistoryPageMax),
        };
        var (points, next) = await curves.HistoryAsync(call.Caller, runId, key, HistoryToken.Parse(runId, key, request.PageToken), max, call.Cancel);
        return new(
            points.Select(p => new LoggedMetricMessage(key, p.Value, p.Timestamp, p.Step)).ToList().OrNull(),
            next is { } point ? HistoryToken.Format(runId, key, point) : null);
    }

    private static NewInput ToInput(DatasetInputMessage message, int index)
    {
        var dataset = Needed.Entry(Needed.Entry(message, $"datasets[{index}]").Dataset, $"datasets[{index}].dataset");
        return new(
            Needed.Text(dataset.Name, $"datasets[{index}].dataset.name"), Needed.Text(dataset.Digest, $"datasets[{index}].dataset.digest"),
            Needed.Text(dataset.SourceType, $"datasets[{index}].dataset.source_type"), Needed.Text(dataset.Source, $"datasets[{index}].dataset.source"),
            dataset.Schema, dataset.Profile,
            message.Tags.AsPairs($"datasets[{index}].tags").GroupBy(t => t.Key).ToDictionary(g => g.Key, g => g.Last().Value));
    }
}
