using System.Globalization;
using MlHub.Protocol.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Compare;

namespace MlHub.Web.Tracking;

/// <summary>MlHub's metrics/curves: one metric of several runs, thinned to what a screen can show, or all its points between two steps.</summary>
public sealed class CurveEndpoints(Curves curves)
{
    private const int PointsAtOnce = 25_000;

    public void Map(MlflowRoutes hub, IEndpointRouteBuilder app)
    {
        hub.GetOrPost<CurvesRequest, CurvesResponse>("/metrics/curves", Scopes.TrackingRead, CurvesAsync);
        // The same for the charts on a page, where a cookie stands for the token and a thousand runs must fit into an address.
        app.MapGet("/curves.csv", MlflowErrors.Around(CsvAsync)).Declare(AccessKind.PageOrToken, Scopes.TrackingRead);
        app.MapGet("/curves", MlflowErrors.Around(PageAsync)).Declare(AccessKind.PageOrToken, Scopes.TrackingRead);
    }

    private async Task PageAsync(HttpContext context)
    {
        var request = await MlflowBody.ReadAsync<CurvesRequest>(context);
        await MlflowBody.WriteAsync(context, await CurvesAsync(request with { RunIds = [.. RunList.Read(Needed.Text(context.Request.Query["runs"], "runs"))] }, context.AsCall()));
    }

    /// <summary>All points of one metric of one run, a page of them at a time.</summary>
    private async Task CsvAsync(HttpContext context)
    {
        var (caller, cancel) = context.AsCall();
        var run = Needed.Text(context.Request.Query["run_id"], "run_id");
        var key = Needed.Text(context.Request.Query["metric_key"], "metric_key");
        var (points, next) = await curves.HistoryAsync(caller, run, key, null, PointsAtOnce, cancel);
        context.Response.ContentType = "text/csv; charset=utf-8";
        context.Response.Headers.ContentDisposition = "attachment; filename=\"curve.csv\"";
        await context.Response.WriteAsync("step,timestamp,value\n", cancel);
        while (true)
        {
            await context.Response.WriteAsync(
                string.Concat(points.Select(p => string.Create(CultureInfo.InvariantCulture, $"{p.Step},{p.Timestamp},{p.Value:R}\n"))), cancel);
            if (next is null)
            {
                return;
            }

            (points, next) = await curves.HistoryAsync(caller, run, key, next, PointsAtOnce, cancel);
        }
    }

    private async Task<CurvesResponse> CurvesAsync(CurvesRequest request, ApiCall call)
    {
        var runs = Needed.Entries(request.RunIds, "run_ids");
        if (runs.Count > Limits.ComparedRuns)
        {
            throw WrongValues.Refuse($"{runs.Count} runs", "run_ids", $"At most {Limits.ComparedRuns} can be asked for.");
        }

        var key = Needed.Text(request.MetricKey, "metric_key");
        var max = request.MaxPoints ?? Limits.CurvePoints;
        if (max is < 2 or > Limits.CurvePointsMax)
        {
            throw WrongValues.Refuse($"{max}", "max_points", $"It must be between 2 and {Limits.CurvePointsMax}.");
        }

        var each = (int)Math.Min(max, Limits.CurvePointsInAll / runs.Count);
        var found = await curves.OfMetricAsync(call.Caller, runs, key, AskedSteps.OrNull(request.StartStep, request.EndStep), each, call.Cancel);
        return new(key, [.. found.Select(f => ToMessage(f.RunId, f.Curve))]);
    }

    private static CurveMessage ToMessage(string runId, Curve curve) => new(
        runId, curve.Total, [.. curve.Points.Select(p => p.Step)], [.. curve.Points.Select(p => p.Timestamp)], [.. curve.Points.Select(p => p.Value)]);
}
