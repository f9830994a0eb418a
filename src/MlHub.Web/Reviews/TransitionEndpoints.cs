using MlHub.Protocol.Registry;
using MlHub.Protocol.Reviews;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Web.Api;
using MlHub.Web.Registry;
using MlHub.Web.Tracking;

namespace MlHub.Web.Reviews;

/// <summary>Both routes of transition-stage, transition-requests/* and the activities of a version.</summary>
public sealed class TransitionEndpoints(Transitions transitions, TransitionRequests requests, Timelines timelines)
{
    public void Map(MlflowRoutes api)
    {
        api.Post<TransitionStageRequest, VersionResponse>("/model-versions/transition-stage", Scopes.RegistryApprove, MoveAsync);
        api.Post<TransitionStageRequest, DatabricksVersionResponse>("/databricks/model-versions/transition-stage", Scopes.RegistryApprove, MoveForDatabricksAsync);
        api.Post<CreateTransitionRequest, TransitionRequestResponse>("/transition-requests/create", Scopes.RegistryWrite, OpenAsync);
        api.Get<ReviewedVersionRequest, TransitionRequestsResponse>("/transition-requests/list", Scopes.RegistryRead, ListAsync);
        api.Post<TransitionStageRequest, ActivityResponse>("/transition-requests/approve", Scopes.RegistryApprove, ApproveAsync);
        api.Post<TransitionStageRequest, ActivityResponse>("/transition-requests/reject", Scopes.RegistryApprove, RejectAsync);
        api.Delete<CancelTransitionRequest, ActivityResponse>("/transition-requests/delete", Scopes.RegistryWrite, CancelAsync);
        api.Get<ActivitiesRequest, ActivitiesResponse>("/model-versions/activities", Scopes.RegistryRead, ActivitiesAsync);
    }

    private async Task<VersionResponse> MoveAsync(TransitionStageRequest request, ApiCall call) => new((await MovedAsync(request, call)).ToMessage());

    private async Task<DatabricksVersionResponse> MoveForDatabricksAsync(TransitionStageRequest request, ApiCall call)
    {
        var moved = await MovedAsync(request, call);
        return new(moved.ToDatabricksMessage(await requests.ListOpenAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), call.Cancel)));
    }

    private Task<VersionDetails> MovedAsync(TransitionStageRequest request, ApiCall call) => transitions.MoveAsync(
        call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), ReviewMapping.StageOf(request.Stage),
        request.ArchiveExistingVersions ?? false, request.Comment, request.OverrideReason, call.Cancel);

    private async Task<TransitionRequestResponse> OpenAsync(CreateTransitionRequest request, ApiCall call)
    {
        var key = RegistryMapping.KeyOf(request.Name, request.Version);
        var opened = await requests.OpenAsync(call.Caller, key, ReviewMapping.StageOf(request.Stage), request.Comment, call.Cancel);
        return new((await requests.ListOpenAsync(call.Caller, key, call.Cancel)).Single(r => r.Request.Id == opened.Id).ToMessage());
    }

    private async Task<TransitionRequestsResponse> ListAsync(ReviewedVersionRequest request, ApiCall call)
    {
        var open = await requests.ListOpenAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), call.Cancel);
        return new(open.Select(r => r.ToMessage()).ToList().OrNull());
    }

    private async Task<ActivityResponse> ApproveAsync(TransitionStageRequest request, ApiCall call) => new((await requests.ApproveAsync(
        call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), ReviewMapping.StageOf(request.Stage),
        request.ArchiveExistingVersions ?? false, request.Comment, request.OverrideReason, call.Cancel)).ToMessage());

    private async Task<ActivityResponse> RejectAsync(TransitionStageRequest request, ApiCall call) => new((await requests.RejectAsync(
        call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), ReviewMapping.StageOf(request.Stage), request.Comment, call.Cancel)).ToMessage());

    private async Task<ActivityResponse> CancelAsync(CancelTransitionRequest request, ApiCall call) => new((await requests.CancelAsync(
        call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), ReviewMapping.StageOf(request.Stage),
        Needed.Text(request.Creator, "creator"), request.Comment, call.Cancel)).ToMessage());

    private async Task<ActivitiesResponse> ActivitiesAsync(ActivitiesRequest request, ApiCall call)
    {
        var max = (int)Math.Clamp(request.MaxResults ?? Limits.TimelinePage, int.MinValue, int.MaxValue);
        var page = await timelines.ActivitiesAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), max, request.PageToken, call.Cancel);
        return new(page.Items.Select(a => a.ToMessage()).ToList().OrNull(), page.NextPageToken);
    }
}
