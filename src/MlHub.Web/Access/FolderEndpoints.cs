using MlHub.Protocol.Access;
using MlHub.Tracking;
using MlHub.Web.Api;

namespace MlHub.Web.Access;

/// <summary>MlHub's own calls for folders of experiments: what there is, and what was given on them, as permissions/experiments/{id} has it.</summary>
public sealed class FolderEndpoints(FolderSharing sharing, ExperimentSearches searches)
{
    public void Map(MlflowRoutes mlhub)
    {
        const string Permissions = "/folders/permissions";
        mlhub.Get<FolderRequest, FoldersResponse>("/folders/list", Scopes.TrackingRead, ListAsync);
        mlhub.Get<FolderRequest, ObjectPermissionsResponse>(Permissions, Scopes.TrackingRead, (r, call) => SharesAsync(FolderPath.Parse(Needed.Text(r.Path, "path")), call));
        mlhub.Put<ChangeFolderPermissionsRequest, ObjectPermissionsResponse>(Permissions, Scopes.TrackingWrite, (r, call) => ChangeAsync(r, replace: true, call));
        mlhub.Patch<ChangeFolderPermissionsRequest, ObjectPermissionsResponse>(Permissions, Scopes.TrackingWrite, (r, call) => ChangeAsync(r, replace: false, call));
    }

    private async Task<FoldersResponse> ListAsync(FolderRequest request, ApiCall call)
    {
        var listing = await searches.InFolderAsync(call.Caller, string.IsNullOrEmpty(request.Path) ? null : FolderPath.Parse(request.Path), call.Cancel);
        return new([.. listing.Folders.Select(f => new FolderMessage(f.Path, f.Experiments))]);
    }

    private async Task<ObjectPermissionsResponse> SharesAsync(string folder, ApiCall call) =>
        new($"/directories/{folder}", "directory", (await sharing.ListAsync(call.Caller, folder, call.Cancel)).AsRegistry().ToMessages());

    private async Task<ObjectPermissionsResponse> ChangeAsync(ChangeFolderPermissionsRequest request, bool replace, ApiCall call)
    {
        var folder = FolderPath.Parse(Needed.Text(request.Path, "path"));
        await sharing.ChangeAsync(call.Caller, folder, AccessControlLists.Wished(request.AccessControlList, AccessControlLists.ExperimentLevel), replace, call.Cancel);
        return await SharesAsync(folder, call);
    }
}
