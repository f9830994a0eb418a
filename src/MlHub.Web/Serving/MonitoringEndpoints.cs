using MlHub.Protocol.Serving;
using MlHub.Serving.Monitoring;
using MlHub.Web.Api;
using MlHub.Web.Registry;

namespace MlHub.Web.Serving;

/// <summary>MlHub's serving/measures and serving/logs: how served models fare, and what their workers wrote.</summary>
public sealed class MonitoringEndpoints(ServingMeasures measures, WatchedWorkers workers)
{
    private const int Minutes = 60;

    public void Map(MlflowRoutes own)
    {
        own.Get<ServingMeasuresRequest, ServingMeasuresResponse>("/serving/measures", Scopes.RegistryRead, MeasuresAsync);
        own.Get<WorkerLogRequest, WorkerLogResponse>("/serving/logs", Scopes.RegistryRead, LogsAsync);
    }

    private async Task<ServingMeasuresResponse> MeasuresAsync(ServingMeasuresRequest request, ApiCall call)
    {
        var name = Needed.Text(request.Name, "name");
        return ToMessage(name, await measures.ReadAsync(call.Caller, name, request.Minutes ?? Minutes, call.Cancel));
    }

    private async Task<WorkerLogResponse> LogsAsync(WorkerLogRequest request, ApiCall call)
    {
        var lines = await workers.LinesAsync(call.Caller, RegistryMapping.KeyOf(Needed.Text(request.Name, "name"), Needed.Text(request.Version, "version")), call.Cancel);
        return new([.. lines.Select(l => new WorkerLineMessage(l.Seq, l.At.ToUnixTimeMilliseconds(), l.Level.ToString().ToUpperInvariant(), l.Text))]);
    }

    private static ServingMeasuresResponse ToMessage(string name, MeasuredSeries series) => new(
        name, series.From.ToUnixTimeMilliseconds(), series.To.ToUnixTimeMilliseconds(), (int)series.Step.TotalSeconds,
        [.. series.Versions.Select(v => new MeasuredVersionMessage(
            $"{v.Number}", ToMessage(v.Whole, series.From, (series.To - series.From).TotalSeconds),
            [.. v.Steps.Select((s, i) => ToMessage(s ?? new(), series.At(i), series.SecondsOf(i)))]))]);

    private static MeasuresMessage ToMessage(CallCounts counts, DateTimeOffset from, double seconds) => new(
        from.ToUnixTimeMilliseconds(), counts.Requests, counts.Refused, counts.Failed, Rounded(counts.Requests / seconds), Rounded((counts.Refused + counts.Failed) / seconds),
        Milliseconds(counts, 0.5), Milliseconds(counts, 0.95), Milliseconds(counts, 0.99));

    private static double? Milliseconds(CallCounts counts, double share) => counts.Latencies.Percentile(share) is { } seconds ? Rounded(seconds * 1000) : null;

    private static double Rounded(double value) => Math.Round(value, 4);
}
