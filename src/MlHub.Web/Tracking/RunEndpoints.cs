using MlHub.Protocol.Tracking;
using MlHub.Repeats;
using MlHub.Tracking;
using MlHub.Web.Api;

namespace MlHub.Web.Tracking;

/// <summary>MLflow's runs/* that concern the run itself; what runs log is in <see cref="RunLogEndpoints"/>.</summary>
public sealed class RunEndpoints(Runs runs, RunSearches searches)
{
    public void Map(MlflowRoutes api)
    {
        api.PostOnce<CreateRunRequest, RunResponse>("/runs/create", Scopes.TrackingWrite, CreateAsync, made => made.Run.Info.RunId);
        api.Get<RunIdRequest, RunResponse>("/runs/get", Scopes.TrackingRead, GetAsync);
        api.Post<UpdateRunRequest, UpdateRunResponse>("/runs/update", Scopes.TrackingWrite, UpdateAsync);
        api.Post<RunIdRequest, Empty>("/runs/delete", Scopes.TrackingWrite, DeleteAsync);
        api.Post<RunIdRequest, Empty>("/runs/restore", Scopes.TrackingWrite, RestoreAsync);
        api.Post<SearchRunsRequest, SearchRunsResponse>("/runs/search", Scopes.TrackingRead, SearchAsync);
    }

    private async Task<RunResponse> CreateAsync(CreateRunRequest request, ApiCall call, Repeat repeat)
    {
        var run = await runs.CreateAsync(
            call.Caller,
            new(Needed.ExperimentId(request.ExperimentId), request.RunName, request.UserId, request.StartTime, request.Tags.AsPairs("tags")),
            call.Cancel, repeat);
        return new(run.ToMessage());
    }

    private Task<RunResponse> GetAsync(RunIdRequest request, ApiCall call) => FindAsync(Needed.RunId(request.RunId, request.RunUuid), call);

    private async Task<UpdateRunResponse> UpdateAsync(UpdateRunRequest request, ApiCall call)
    {
        var runId = Needed.RunId(request.RunId, request.RunUuid);
        await runs.UpdateAsync(call.Caller, runId, TrackingMapping.StatusOf(request.Status), request.EndTime, request.RunName, call.Cancel);
        return new((await FindAsync(runId, call)).Run.Info);
    }

    private async Task<Empty> DeleteAsync(RunIdRequest request, ApiCall call)
    {
        await runs.DeleteAsync(call.Caller, Needed.RunId(request.RunId, request.RunUuid), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> RestoreAsync(RunIdRequest request, ApiCall call)
    {
        await runs.RestoreAsync(call.Caller, Needed.RunId(request.RunId, request.RunUuid), call.Cancel);
        return Empty.Answer;
    }

    private async Task<SearchRunsResponse> SearchAsync(SearchRunsRequest request, ApiCall call)
    {
        var page = await searches.SearchAsync(
            call.Caller,
            new(
                request.ExperimentIds?.Select(Needed.ExperimentId).ToList() ?? [], request.Filter, TrackingMapping.ViewTypeOf(request.RunViewType),
                request.MaxResults is { } max ? (int)Math.Clamp(max, int.MinValue, int.MaxValue) : null, request.OrderBy.Entries("order_by"), request.PageToken),
            call.Cancel);
        return new(page.Items.Select(r => r.ToMessage()).ToList().OrNull(), page.NextPageToken);
    }

    private async Task<RunResponse> FindAsync(string runId, ApiCall call) =>
        new((await searches.GetAsync(call.Caller, runId, call.Cancel)).ToMessage());
}
