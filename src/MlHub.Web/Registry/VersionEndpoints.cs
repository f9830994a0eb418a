using MlHub.Protocol.Registry;
using MlHub.Registry;
using MlHub.Repeats;
using MlHub.Web.Api;
using MlHub.Web.Past;
using MlHub.Web.Tracking;

namespace MlHub.Web.Registry;

/// <summary>MLflow's model-versions/*. Moving versions between stages is mapped with the reviews.</summary>
public sealed class VersionEndpoints(ModelVersions versions, VersionSearches searches, VersionUploads uploads, VersionFiles files, PastAnswers past)
{
    public void Map(MlflowRoutes api, MlflowRoutes hub)
    {
        hub.Post<UploadVersionRequest, VersionResponse>("/model-versions/upload", Scopes.RegistryWrite, UploadAsync);
        hub.Post<FinalizeVersionRequest, VersionResponse>("/model-versions/finalize", Scopes.RegistryWrite, FinalizeAsync);
        hub.Post<VersionRequest, IntegrityResponse>("/model-versions/verify", Scopes.RegistryRead, VerifyAsync);
        api.PostOnce<CreateVersionRequest, VersionResponse>("/model-versions/create", Scopes.RegistryWrite, CreateAsync, made => made.ModelVersion.Version);
        api.OfOneModel.Get<VersionRequest, VersionResponse>("/model-versions/get", Scopes.RegistryRead, GetAsync);
        api.Get<RegistrySearchRequest, VersionsResponse>("/model-versions/search", Scopes.RegistryRead, SearchAsync);
        api.Patch<UpdateVersionRequest, VersionResponse>("/model-versions/update", Scopes.RegistryWrite, UpdateAsync);
        api.Delete<VersionRequest, Empty>("/model-versions/delete", Scopes.RegistryWrite, DeleteAsync);
        api.OfOneModel.Get<VersionRequest, DownloadUriResponse>("/model-versions/get-download-uri", Scopes.RegistryRead, DownloadUriAsync);
        api.Post<SetVersionTagRequest, Empty>("/model-versions/set-tag", Scopes.RegistryWrite, SetTagAsync);
        api.Delete<DeleteVersionTagRequest, Empty>("/model-versions/delete-tag", Scopes.RegistryWrite, DeleteTagAsync);
    }

    private async Task<VersionResponse> CreateAsync(CreateVersionRequest request, ApiCall call, Repeat repeat)
    {
        var wanted = new NewVersion(
            Needed.Text(request.Name, "name"), Needed.Text(request.Source, "source"), request.RunId, request.RunLink, request.ModelId,
            request.Description, request.Tags.AsPairs("tags"));
        return new((await versions.CreateAsync(call.Caller, wanted, call.Cancel, repeat)).ToMessage());
    }

    private async Task<VersionResponse> GetAsync(VersionRequest request, ApiCall call)
    {
        var key = RegistryMapping.KeyOf(request.Name, request.Version);
        return request.AsOf is { } asOf ? await past.VersionAsync(key, asOf, call) : await FindAsync(key, call);
    }

    private async Task<VersionsResponse> SearchAsync(RegistrySearchRequest request, ApiCall call)
    {
        var page = await searches.SearchAsync(
            call.Caller, new(request.Filter, request.MaxResults, request.OrderBy.Entries("order_by"), request.PageToken), call.Cancel);
        return new(page.Items.ToMessages(), page.NextPageToken);
    }

    private async Task<VersionResponse> UpdateAsync(UpdateVersionRequest request, ApiCall call)
    {
        var key = RegistryMapping.KeyOf(request.Name, request.Version);
        if (request.Description is { } text)
        {
            await versions.DescribeAsync(call.Caller, key, text, call.Cancel);
        }

        return await FindAsync(key, call);
    }

    private async Task<Empty> DeleteAsync(VersionRequest request, ApiCall call)
    {
        await versions.DeleteAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), call.Cancel);
        return Empty.Answer;
    }

    private async Task<DownloadUriResponse> DownloadUriAsync(VersionRequest request, ApiCall call) =>
        new(await versions.DownloadUriAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), call.Cancel));

    private async Task<Empty> SetTagAsync(SetVersionTagRequest request, ApiCall call)
    {
        await versions.SetTagAsync(
            call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), Needed.Text(request.Key, "key"), Needed.Present(request.Value, "value"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<Empty> DeleteTagAsync(DeleteVersionTagRequest request, ApiCall call)
    {
        await versions.DeleteTagAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), Needed.Text(request.Key, "key"), call.Cancel);
        return Empty.Answer;
    }

    private async Task<VersionResponse> UploadAsync(UploadVersionRequest request, ApiCall call) =>
        new((await versions.BeginUploadAsync(
            call.Caller, Needed.Text(request.Name, "name"), request.Description, request.Tags.AsPairs("tags"), call.Cancel)).ToMessage());

    private async Task<VersionResponse> FinalizeAsync(FinalizeVersionRequest request, ApiCall call)
    {
        var key = RegistryMapping.KeyOf(request.Name, request.Version);
        return new((await uploads.FinalizeAsync(call.Caller, key, RegistryMapping.StatusOf(request.Status), call.Cancel)).ToMessage());
    }

    private async Task<IntegrityResponse> VerifyAsync(VersionRequest request, ApiCall call)
    {
        var report = await files.VerifyAsync(call.Caller, RegistryMapping.KeyOf(request.Name, request.Version), call.Cancel);
        return new(report.Files, [.. report.Damaged]);
    }

    private async Task<VersionResponse> FindAsync(VersionKey key, ApiCall call) => new((await versions.GetAsync(call.Caller, key, call.Cancel)).ToMessage());
}
