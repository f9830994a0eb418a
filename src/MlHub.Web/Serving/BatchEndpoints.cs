using System.Globalization;
using System.Text.Json;
using Microsoft.Net.Http.Headers;
using MlHub.Protocol.Serving;
using MlHub.Serving.Batch;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Artifacts;
using MlHub.Web.Startup;

namespace MlHub.Web.Serving;

/// <summary>MlHub's batch/*: rows of a file or address asked of a model, now or by a schedule, and what came of it.</summary>
public sealed class BatchEndpoints(BatchJobs jobs, BatchSchedules schedules)
{
    private const Scopes Making = Scopes.ServingInvoke | Scopes.ArtifactsRead;

    public void Map(MlflowRoutes hub, IEndpointRouteBuilder app)
    {
        hub.Post<CreateBatchRequest, BatchJobResponse>("/batch/create", Making, CreateAsync);
        hub.Get<BatchJobRequest, BatchJobResponse>("/batch/get", Scopes.ServingInvoke, async (r, c) => new((await jobs.GetAsync(c.Caller, Job(r), c.Cancel)).ToMessage()));
        hub.Get<BatchJobsRequest, BatchJobsResponse>("/batch/list", Scopes.ServingInvoke, ListAsync);
        hub.Post<BatchJobRequest, BatchJobResponse>("/batch/stop", Scopes.ServingInvoke, async (r, c) => new((await jobs.StopAsync(c.Caller, Job(r), c.Cancel)).ToMessage()));
        hub.Post<BatchJobRequest, Empty>("/batch/delete", Scopes.ServingInvoke, DeleteAsync);
        hub.Get<BatchJobRequest, BatchManifestResponse>("/batch/manifest", Scopes.ServingInvoke, ManifestAsync);
        hub.Raw(["GET", "HEAD"], "/batch/output", Making, context => OutputAsync(context, context.Request.Query["job_id"]));
        // The same for the links on the page.
        app.MapGet("/batch/{id}/output", MlflowErrors.Around(c => OutputAsync(c, (string?)c.GetRouteValue("id")))).Declare(AccessKind.PageOrToken, Making);
        app.MapGet("/batch/{id}/manifest", MlflowErrors.Around(ManifestFileAsync)).Declare(AccessKind.PageOrToken, Scopes.ServingInvoke);
        hub.Post<CreateBatchScheduleRequest, BatchScheduleResponse>("/batch/schedules/create", Making, ScheduleAsync);
        hub.Get<BatchJobsRequest, BatchSchedulesResponse>("/batch/schedules/list", Scopes.ServingInvoke, SchedulesAsync);
        hub.Post<BatchScheduleRequest, BatchScheduleResponse>("/batch/schedules/pause", Scopes.ServingInvoke, (r, c) => PauseAsync(r, c, true));
        hub.Post<BatchScheduleRequest, BatchScheduleResponse>("/batch/schedules/resume", Scopes.ServingInvoke, (r, c) => PauseAsync(r, c, false));
        hub.Post<BatchScheduleRequest, Empty>("/batch/schedules/delete", Scopes.ServingInvoke, UnscheduleAsync);
        hub.Post<BatchScheduleRequest, BatchJobResponse>("/batch/schedules/run-now", Making, RunAsync);
    }

    private async Task<BatchJobResponse> CreateAsync(CreateBatchRequest request, ApiCall call)
    {
        var source = BatchMapping.ToSource(request.Source, request.Format, request.OutputFormat, request.KeepInputs);
        return new((await jobs.CreateAsync(call.Caller, Needed.Text(request.Name, "name"), Needed.Text(request.Endpoint ?? request.Version, "endpoint"), source, call.Cancel)).ToMessage());
    }

    private async Task<BatchJobsResponse> ListAsync(BatchJobsRequest request, ApiCall call) =>
        new([.. (await jobs.ListAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel)).Select(j => j.ToMessage())]);

    private async Task<Empty> DeleteAsync(BatchJobRequest request, ApiCall call)
    {
        await jobs.DeleteAsync(call.Caller, Job(request), call.Cancel);
        return new();
    }

    private async Task<BatchManifestResponse> ManifestAsync(BatchJobRequest request, ApiCall call)
    {
        var (report, content, tag) = await jobs.OpenOutputAsync(call.Caller, Job(request), call.Cancel);
        await content.DisposeAsync();
        return new(report.ToMessage(), [.. report.Source.Files?.Select(f => f.ToMessage()) ?? []], tag, $"MlHub {ProductVersion.MlHub}");
    }

    private async Task ManifestFileAsync(HttpContext context)
    {
        var id = (string?)context.GetRouteValue("id");
        var manifest = await ManifestAsync(new(id), context.AsCall());
        UploadedBytes.Isolate(context.Response.Headers);
        context.Response.ContentType = "application/json";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"batch-{manifest.Job.JobId}.manifest.json\"";
        await JsonSerializer.SerializeAsync(context.Response.Body, manifest, WireJson.Default.BatchManifestResponse, context.RequestAborted);
    }

    private async Task OutputAsync(HttpContext context, string? id)
    {
        var call = context.AsCall();
        var (report, content, tag) = await jobs.OpenOutputAsync(call.Caller, BatchMapping.Id(id, "job_id"), call.Cancel);
        await using (content)
        {
            var (headers, job, isCsv) = (context.Response.Headers, report.Job, report.Source.Output == BatchForm.Csv);
            UploadedBytes.Isolate(headers);
            headers["MlHub-Batch-Job"] = $"{job.Id}";
            headers["MlHub-Model"] = Uri.EscapeDataString(report.Model);
            headers["MlHub-Model-Version"] = job.Version?.ToString(CultureInfo.InvariantCulture);
            headers["MlHub-Model-Digest"] = job.Digest;
            headers["MlHub-Batch-Source"] = Uri.EscapeDataString(report.Source.Shown);
            headers["MlHub-Batch-Rows"] = job.Rows.ToString(CultureInfo.InvariantCulture);
            headers["MlHub-Batch-Refused-Rows"] = job.RefusedRows.ToString(CultureInfo.InvariantCulture);
            var file = TypedResults.File(
                content, isCsv ? "text/csv" : "application/x-ndjson", $"batch-{job.Id}.{(isCsv ? "csv" : "jsonl")}", job.FinishedAt, new EntityTagHeaderValue($"\"{tag}\""), enableRangeProcessing: true);
            await file.ExecuteAsync(context);
        }
    }

    private async Task<BatchScheduleResponse> ScheduleAsync(CreateBatchScheduleRequest request, ApiCall call)
    {
        var source = BatchMapping.ToSource(request.Source, request.Format, request.OutputFormat, request.KeepInputs);
        var made = await schedules.CreateAsync(
            call.Caller, Needed.Text(request.Name, "name"), Needed.Text(request.ScheduleName, "schedule_name"), Needed.Text(request.Endpoint ?? request.Version, "endpoint"), source,
            Needed.Text(request.Cron, "cron"), call.Cancel);
        return new(made.ToMessage());
    }

    private async Task<BatchSchedulesResponse> SchedulesAsync(BatchJobsRequest request, ApiCall call) =>
        new([.. (await schedules.ListAsync(call.Caller, Needed.Text(request.Name, "name"), call.Cancel)).Select(s => s.ToMessage())]);

    private async Task<BatchScheduleResponse> PauseAsync(BatchScheduleRequest request, ApiCall call, bool isPaused) =>
        new((await schedules.PauseAsync(call.Caller, Schedule(request), isPaused, call.Cancel)).ToMessage());

    private async Task<Empty> UnscheduleAsync(BatchScheduleRequest request, ApiCall call)
    {
        await schedules.DeleteAsync(call.Caller, Schedule(request), call.Cancel);
        return new();
    }

    private async Task<BatchJobResponse> RunAsync(BatchScheduleRequest request, ApiCall call) =>
        new((await jobs.GetAsync(call.Caller, await schedules.RunAsync(call.Caller, Schedule(request), call.Cancel), call.Cancel)).ToMessage());

    private static Guid Job(BatchJobRequest request) => BatchMapping.Id(request.JobId, "job_id");

    private static Guid Schedule(BatchScheduleRequest request) => BatchMapping.Id(request.ScheduleId, "schedule_id");
}
