using MlHub.Artifacts;
using MlHub.LoggedModels;
using MlHub.Protocol.LoggedModels;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Artifacts;
using MlHub.Web.Tracking;

namespace MlHub.Web.LoggedModels;

/// <summary>MLflow 3's logged-models/*.</summary>
public sealed class LoggedModelEndpoints(LoggedModelChanges models, LoggedModelSearches searches, MlHub.Artifacts.Artifacts artifacts)
{
    public void Map(MlflowRoutes api)
    {
        api.Post<CreateLoggedModelRequest, LoggedModelResponse>("/logged-models", Scopes.TrackingWrite, CreateAsync);
        api.Post<SearchLoggedModelsRequest, SearchLoggedModelsResponse>("/logged-models/search", Scopes.TrackingRead, SearchAsync);
        api.About<Empty, LoggedModelResponse>("GET", "/logged-models/{id}", Scopes.TrackingRead, (id, _, call) => FindAsync(id, call));
        api.About<FinalizeLoggedModelRequest, LoggedModelResponse>("PATCH", "/logged-models/{id}", Scopes.TrackingWrite, FinalizeAsync);
        api.About<Empty, Empty>("DELETE", "/logged-models/{id}", Scopes.TrackingWrite, (id, _, call) => DeleteAsync(id, call));
        api.About<SetLoggedModelTagsRequest, LoggedModelResponse>("PATCH", "/logged-models/{id}/tags", Scopes.TrackingWrite, SetTagsAsync);
        api.Raw("DELETE", "/logged-models/{id}/tags/{**key}", Scopes.TrackingWrite, DeleteTagAsync);
        api.About<LogLoggedModelParamsRequest, Empty>("POST", "/logged-models/{id}/params", Scopes.TrackingWrite, LogParamsAsync);
        api.About<ListLoggedModelArtifactsRequest, ListLoggedModelArtifactsResponse>("GET", "/logged-models/{id}/artifacts/directories", Scopes.ArtifactsRead, ListAsync);
        api.Raw(["GET", "HEAD"], "/logged-models/{id}/artifacts/files", Scopes.ArtifactsRead, DownloadAsync);
    }

    private async Task<LoggedModelResponse> CreateAsync(CreateLoggedModelRequest request, ApiCall call)
    {
        var created = await models.CreateAsync(
            call.Caller,
            new(Needed.ExperimentId(request.ExperimentId), request.Name, request.ModelType, request.SourceRunId, request.Params.AsPairs("params"), request.Tags.AsPairs("tags")),
            call.Cancel);
        return new(created.ToMessage());
    }

    private async Task<SearchLoggedModelsResponse> SearchAsync(SearchLoggedModelsRequest request, ApiCall call)
    {
        var page = await searches.SearchAsync(
            call.Caller,
            new(
                request.ExperimentIds?.Select(Needed.ExperimentId).ToList() ?? [], request.Filter, request.MaxResults,
                request.OrderBy?.Select(LoggedModelMapping.ToOrder).ToList(), request.PageToken)
            {
                Datasets = request.Datasets?.Select(LoggedModelMapping.ToMeasuredOn).ToList() ?? [],
            },
            call.Cancel);
        return new(page.Items.Select(m => m.ToMessage()).ToList().OrNull(), page.NextPageToken);
    }

    private async Task<LoggedModelResponse> FinalizeAsync(string id, FinalizeLoggedModelRequest request, ApiCall call)
    {
        await models.FinalizeAsync(call.Caller, id, LoggedModelMapping.StatusOf(request.Status), call.Cancel);
        return await FindAsync(id, call);
    }

    private async Task<Empty> DeleteAsync(string id, ApiCall call)
    {
        await models.DeleteAsync(call.Caller, id, call.Cancel);
        return Empty.Answer;
    }

    private async Task<LoggedModelResponse> SetTagsAsync(string id, SetLoggedModelTagsRequest request, ApiCall call)
    {
        await models.SetTagsAsync(call.Caller, id, request.Tags.AsPairs("tags"), call.Cancel);
        return await FindAsync(id, call);
    }

    private async Task DeleteTagAsync(HttpContext context)
    {
        // Routing leaves the slashes of a key as they were sent.
        var (call, key) = (context.AsCall(), Uri.UnescapeDataString((string?)context.GetRouteValue("key") ?? ""));
        await models.DeleteTagAsync(call.Caller, (string)context.GetRouteValue("id")!, Needed.Text(key, "tag_key"), call.Cancel);
        await MlflowBody.WriteAsync(context, Empty.Answer);
    }

    private async Task<Empty> LogParamsAsync(string id, LogLoggedModelParamsRequest request, ApiCall call)
    {
        await models.LogParamsAsync(call.Caller, id, request.Params.AsPairs("params"), call.Cancel);
        return Empty.Answer;
    }

    /// <summary>Paths are relative to the model's root, as in artifacts/list.</summary>
    private async Task<ListLoggedModelArtifactsResponse> ListAsync(string id, ListLoggedModelArtifactsRequest request, ApiCall call)
    {
        var found = await searches.GetAsync(call.Caller, id, call.Cancel);
        var entries = await artifacts.ListAsync(call.Caller, id, ArtifactPath.Parse(request.ArtifactDirectoryPath), call.Cancel);
        return new(found.ArtifactUri, entries.Select(e => ArtifactEndpoints.ToMessage(e, e.Path)).ToList().OrNull());
    }

    private async Task DownloadAsync(HttpContext context)
    {
        var (call, id) = (context.AsCall(), (string)context.GetRouteValue("id")!);
        var file = ArtifactPath.ParseFile(Needed.Text(context.Request.Query["artifact_file_path"], "artifact_file_path"));
        await (await artifacts.OpenAsync(call.Caller, id, file, call.Cancel)).SendAsync(context);
    }

    private async Task<LoggedModelResponse> FindAsync(string id, ApiCall call) => new((await searches.GetAsync(call.Caller, id, call.Cancel)).ToMessage());
}
