using MlHub.Protocol.SavedViews;
using MlHub.SavedViews;
using MlHub.Web.Api;

namespace MlHub.Web.SavedViews;

/// <summary>MlHub's own experiments/saved-views/*.</summary>
public sealed class SavedViewEndpoints(MlHub.SavedViews.SavedViews views)
{
    public void Map(MlflowRoutes mlhub)
    {
        mlhub.Post<CreateSavedViewRequest, SavedViewResponse>("/experiments/saved-views/create", Scopes.TrackingWrite, CreateAsync);
        mlhub.Get<ListSavedViewsRequest, SavedViewsResponse>("/experiments/saved-views/list", Scopes.TrackingRead, ListAsync);
        mlhub.Patch<UpdateSavedViewRequest, SavedViewResponse>("/experiments/saved-views/update", Scopes.TrackingWrite, UpdateAsync);
        mlhub.Delete<SavedViewIdRequest, Empty>("/experiments/saved-views/delete", Scopes.TrackingWrite, DeleteAsync);
        mlhub.Post<SetDefaultViewRequest, Empty>("/experiments/saved-views/set-default", Scopes.TrackingWrite, SetDefaultAsync);
    }

    private async Task<SavedViewResponse> CreateAsync(CreateSavedViewRequest request, ApiCall call) => new(ToMessage(await views.CreateAsync(
        call.Caller, Needed.ExperimentId(request.ExperimentId), Needed.Text(request.Kind, "kind"), Needed.Text(request.Name, "name"),
        Needed.Present(request.State, "state"), request.Shared == true, call.Cancel)));

    private async Task<SavedViewsResponse> ListAsync(ListSavedViewsRequest request, ApiCall call)
    {
        var found = await views.ListAsync(call.Caller, Needed.ExperimentId(request.ExperimentId), Needed.Text(request.Kind, "kind"), call.Cancel);
        return new([.. found.Select(ToMessage)]);
    }

    private async Task<SavedViewResponse> UpdateAsync(UpdateSavedViewRequest request, ApiCall call) =>
        new(ToMessage(await views.UpdateAsync(call.Caller, ViewId(request.ViewId), request.Name, request.State, request.Shared, call.Cancel)));

    private async Task<Empty> DeleteAsync(SavedViewIdRequest request, ApiCall call)
    {
        await views.DeleteAsync(call.Caller, ViewId(request.ViewId), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> SetDefaultAsync(SetDefaultViewRequest request, ApiCall call)
    {
        await views.SetDefaultAsync(
            call.Caller, Needed.ExperimentId(request.ExperimentId), Needed.Text(request.Kind, "kind"),
            string.IsNullOrEmpty(request.ViewId) ? null : ViewId(request.ViewId), call.Cancel);
        return Empty.Answer;
    }

    /// <summary>What is no id names no view.</summary>
    private static Guid ViewId(string? text) =>
        Guid.TryParseExact(Needed.Text(text, "view_id"), "N", out var id) ? id : throw HubException.NotFound($"No saved view with id={MlHub.Tracking.LogRules.Shown(text!)} exists");

    private static SavedViewMessage ToMessage(SavedView view) => new(
        $"{view.Id:N}", $"{view.ExperimentId}", view.Kind, view.Name, view.Owner, view.IsShared, view.IsDefault, view.State,
        view.CreatedAt.ToUnixTimeMilliseconds(), view.UpdatedAt.ToUnixTimeMilliseconds());
}
