using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Mvc;
using MlHub.Artifacts;
using MlHub.Protocol.Artifacts;
using MlHub.Registry;
using MlHub.Tracking;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Registry;
using MlHub.Web.Tracking;

namespace MlHub.Web.Artifacts;

/// <summary>MLflow's artifacts/list, the proxied store mlflow-artifacts/*, and get-artifact.</summary>
public sealed class ArtifactEndpoints(MlHub.Artifacts.Artifacts artifacts, VersionFiles versionFiles, VersionUploads uploads, RunSearches searches)
{
    public void Map(MlflowRoutes api, MlflowRoutes proxy, IEndpointRouteBuilder app)
    {
        api.Get<ListRunArtifactsRequest, ListRunArtifactsResponse>("/artifacts/list", Scopes.ArtifactsRead, ListOfRunAsync);
        proxy.Get<ListArtifactsRequest, ListArtifactsResponse>("/artifacts", Scopes.ArtifactsRead, ListAsync);
        proxy.Raw("GET", "/artifacts/{**path}", Scopes.ArtifactsRead, DownloadAsync);
        proxy.Raw("PUT", "/artifacts/{**path}", Scopes.ArtifactsWrite, UploadAsync, e => e.WithMetadata(new DisableRequestSizeLimitAttribute()));
        proxy.Raw("DELETE", "/artifacts/{**path}", Scopes.ArtifactsDelete, DeleteAsync);
        app.MapGet("/model-versions/get-artifact", MlflowErrors.Around(DownloadOfVersionAsync)).Declare(AccessKind.PageOrToken, Scopes.RegistryRead);
        app.MapGet("/logged-models/get-artifact", MlflowErrors.Around(DownloadOfLoggedModelAsync)).Declare(AccessKind.PageOrToken, Scopes.ArtifactsRead);
        app.MapGet("/get-artifact", MlflowErrors.Around(DownloadOfRunAsync)).Declare(AccessKind.PageOrToken, Scopes.ArtifactsRead);
    }

    private async Task<ListRunArtifactsResponse> ListOfRunAsync(ListRunArtifactsRequest request, ApiCall call)
    {
        var runId = Needed.RunId(request.RunId, request.RunUuid);
        var found = await searches.GetAsync(call.Caller, runId, call.Cancel);
        var entries = await artifacts.ListAsync(call.Caller, runId, ArtifactPath.Parse(request.Path), call.Cancel);
        return new(ArtifactLocation.OfRun(found.ExperimentLocation, runId), entries.Select(e => ToMessage(e, e.Path)).ToList().OrNull());
    }

    /// <summary>Names are relative to the folder asked for, unlike those of artifacts/list.</summary>
    private async Task<ListArtifactsResponse> ListAsync(ListArtifactsRequest request, ApiCall call)
    {
        var sent = ProxiedPath.Parse(request.Path);
        var entries = sent is ProxiedPath.OfVersion of
            ? await versionFiles.ListAsync(call.Caller, await KeyAsync(call, of), of.Path, call.Cancel)
            : await artifacts.ListAsync(call.Caller, ((ProxiedPath.OfOwner)sent).OwnerId, sent.Path, call.Cancel);
        return new(entries.Select(e => ToMessage(e, e.Path[sent.Path.Prefix.Length..])).ToList().OrNull());
    }

    private async Task DownloadAsync(HttpContext context)
    {
        var (call, sent) = (context.AsCall(), ProxiedPath.Parse(SentPath(context)));
        var path = ArtifactPath.ParseFile(sent.Path.Value);
        var opened = sent is ProxiedPath.OfVersion of
            ? await versionFiles.OpenAsync(call.Caller, await KeyAsync(call, of), path, call.Cancel)
            : await artifacts.OpenAsync(call.Caller, ((ProxiedPath.OfOwner)sent).OwnerId, path, call.Cancel);
        await opened.SendAsync(context);
    }

    private async Task DownloadOfRunAsync(HttpContext context)
    {
        var (call, query) = (context.AsCall(), context.Request.Query);
        var runId = Needed.RunId(query["run_id"], query["run_uuid"]);
        await (await artifacts.OpenAsync(call.Caller, runId, ArtifactPath.ParseFile(Needed.Text(query["path"], "path")), call.Cancel)).SendAsync(context);
    }

    private async Task DownloadOfLoggedModelAsync(HttpContext context)
    {
        var (call, query) = (context.AsCall(), context.Request.Query);
        var modelId = Needed.Text(query["model_id"], "model_id");
        await (await artifacts.OpenAsync(call.Caller, modelId, ArtifactPath.ParseFile(Needed.Text(query["path"], "path")), call.Cancel)).SendAsync(context);
    }

    private async Task DownloadOfVersionAsync(HttpContext context)
    {
        var (call, query) = (context.AsCall(), context.Request.Query);
        var key = RegistryMapping.KeyOf(query["name"], query["version"]);
        await (await versionFiles.OpenAsync(call.Caller, key, ArtifactPath.ParseFile(Needed.Text(query["path"], "path")), call.Cancel)).SendAsync(context);
    }

    private async Task UploadAsync(HttpContext context)
    {
        var (call, sent) = (context.AsCall(), ProxiedPath.Parse(SentPath(context)));
        var path = ArtifactPath.ParseFile(sent.Path.Value);
        await (sent is ProxiedPath.OfVersion of
            ? uploads.SaveAsync(call.Caller, await KeyAsync(call, of), path, context.Request.Body, call.Cancel)
            : artifacts.SaveAsync(call.Caller, ((ProxiedPath.OfOwner)sent).OwnerId, path, context.Request.Body, call.Cancel));
        await MlflowBody.WriteAsync(context, Empty.Answer);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var (call, sent) = (context.AsCall(), ProxiedPath.Parse(SentPath(context)));
        var path = ArtifactPath.ParseFile(sent.Path.Value);
        await (sent is ProxiedPath.OfVersion of
            ? throw HubException.Conflict($"The files of {await KeyAsync(call, of)} are frozen.")
            : artifacts.DeleteAsync(call.Caller, ((ProxiedPath.OfOwner)sent).OwnerId, path, call.Cancel));
        await MlflowBody.WriteAsync(context, Empty.Answer);
    }

    private Task<VersionKey> KeyAsync(ApiCall call, ProxiedPath.OfVersion of) => versionFiles.FindKeyAsync(call.Caller, of.ModelId, of.Version, call.Cancel);

    /// <summary>The path as it came over the wire: routing has decoded and shortened its own copy already.</summary>
    /// <exception cref="HubException">Invalid where the call itself is spelt so oddly that its path cannot be told from it.</exception>
    private static string SentPath(HttpContext context)
    {
        const string marker = "/mlflow-artifacts/artifacts/";
        var target = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        if (target.Length == 0)
        {
            // ASP.NET Core's server for tests has no wire.
            return (string?)context.Request.RouteValues["path"] ?? "";
        }

        var start = target.IndexOf(marker, StringComparison.OrdinalIgnoreCase);
        var path = start < 0 ? throw HubException.Invalid("Invalid path: the call's address is not written plainly.") : target[(start + marker.Length)..];
        var query = path.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? path : path[..query];
    }

    internal static FileInfoMessage ToMessage(ArtifactEntry entry, string path) => new(path, entry.IsFolder, entry.Size);
}
