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

/// <summary>MLflow's artifacts/list, the proxied store mlflow-artifacts/*, get-artifact and upload-artifact.</summary>
public sealed class ArtifactEndpoints(MlHub.Artifacts.Artifacts artifacts, ArtifactPlaces places, VersionFiles versionFiles, ArtifactIntake intake, RunSearches searches)
{
    private static readonly string[] GetOrHead = ["GET", "HEAD"];

    public void Map(MlflowRoutes api, MlflowRoutes proxy, IEndpointRouteBuilder app)
    {
        api.Get<ListRunArtifactsRequest, ListRunArtifactsResponse>("/artifacts/list", Scopes.ArtifactsRead, ListOfRunAsync);
        api.Raw("POST", "/upload-artifact", Scopes.ArtifactsWrite, UploadToRunAsync);
        proxy.OfOneModel.Get<ListArtifactsRequest, ListArtifactsResponse>("/artifacts", Scopes.ArtifactsRead, ListAsync);
        proxy.OfOneModel.Raw(GetOrHead, "/artifacts/{**path}", Scopes.ArtifactsRead, DownloadAsync);
        proxy.Raw("PUT", "/artifacts/{**path}", Scopes.ArtifactsWrite, UploadAsync, e => e.WithMetadata(new DisableRequestSizeLimitAttribute()));
        proxy.Raw("DELETE", "/artifacts/{**path}", Scopes.ArtifactsDelete, DeleteAsync);
        app.MapMethods("/model-versions/get-artifact", GetOrHead, MlflowErrors.Around(DownloadOfVersionAsync)).Declare(AccessKind.PageOrToken, Scopes.RegistryRead, isOfOneModel: true);
        app.MapMethods("/logged-models/get-artifact", GetOrHead, MlflowErrors.Around(DownloadOfLoggedModelAsync)).Declare(AccessKind.PageOrToken, Scopes.ArtifactsRead);
        app.MapMethods("/get-artifact", GetOrHead, MlflowErrors.Around(DownloadOfRunAsync)).Declare(AccessKind.PageOrToken, Scopes.ArtifactsRead);
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
        var entries = await places.Of(sent).ListAsync(call.Caller, sent.Path, call.Cancel);
        return new(entries.Select(e => ToMessage(e, e.Path[sent.Path.Prefix.Length..])).ToList().OrNull());
    }

    private async Task DownloadAsync(HttpContext context)
    {
        var (call, file) = (context.AsCall(), SentFileOf(context));
        await (await places.Of(file).OpenAsync(call.Caller, file.Path, call.Cancel)).SendAsync(context);
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
        var (call, file) = (context.AsCall(), SentFileOf(context));
        await intake.SaveAsync(call.Caller, places.Of(file), file.Path, SentContent.Of(context.Request), call.Cancel);
        await MlflowBody.WriteAsync(context, Empty.Answer);
    }

    /// <summary>What MLflow's own page uses for small files: the body is the file, in one piece.</summary>
    private async Task UploadToRunAsync(HttpContext context)
    {
        var (call, query, content) = (context.AsCall(), context.Request.Query, SentContent.Of(context.Request));
        var runId = Specified(query["run_uuid"], query["run_id"], "run_uuid");
        var path = ArtifactPath.ParseFile(Specified(query["path"], null, "path"));
        await artifacts.SaveAsync(call.Caller, runId, path, content with { Body = await ReadSmallAsync(content, call.Cancel) }, call.Cancel);
        await MlflowBody.WriteAsync(context, Empty.Answer);
    }

    /// <summary>This call has words of its own for what is missing.</summary>
    private static string Specified(string? value, string? other, string field) =>
        (string.IsNullOrEmpty(value) ? other : value) is { Length: > 0 } given ? given : throw HubException.Invalid($"Request must specify {field}.");

    private static async Task<MemoryStream> ReadSmallAsync(IncomingContent content, CancellationToken cancel)
    {
        var body = new MemoryStream();
        if (content.Length is null or <= Limits.FormUploadBytes)
        {
            var buffer = new byte[81920];
            int read;
            while (body.Length <= Limits.FormUploadBytes && (read = await content.Body.ReadAsync(buffer, cancel)) > 0)
            {
                body.Write(buffer, 0, read);
            }
        }

        if (content.Length > Limits.FormUploadBytes || body.Length > Limits.FormUploadBytes)
        {
            throw HubException.Invalid("Artifact size is too large. Max size is 10MB.");
        }

        body.Position = 0;
        return body.Length > 0 ? body : throw HubException.Invalid("Request must specify data.");
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var (call, file) = (context.AsCall(), SentFileOf(context));
        await places.Of(file).DeleteAsync(call.Caller, file.Path, call.Cancel);
        await MlflowBody.WriteAsync(context, Empty.Answer);
    }

    private static ProxiedPath SentFileOf(HttpContext context) => ProxiedPath.ParseFile(SentPath.Of(context, "/mlflow-artifacts/artifacts/"));

    internal static FileInfoMessage ToMessage(ArtifactEntry entry, string path) => new(path, entry.IsFolder, entry.Size);
}
