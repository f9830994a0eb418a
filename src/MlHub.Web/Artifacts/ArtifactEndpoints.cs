using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Net.Http.Headers;
using MlHub.Artifacts;
using MlHub.Protocol.Artifacts;
using MlHub.Tracking;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Tracking;

namespace MlHub.Web.Artifacts;

/// <summary>MLflow's artifacts/list, the proxied store mlflow-artifacts/*, and get-artifact.</summary>
public sealed class ArtifactEndpoints(MlHub.Artifacts.Artifacts artifacts, RunSearches searches)
{
    public void Map(MlflowRoutes api, MlflowRoutes proxy, IEndpointRouteBuilder app)
    {
        api.Get<ListRunArtifactsRequest, ListRunArtifactsResponse>("/artifacts/list", Scopes.ArtifactsRead, ListOfRunAsync);
        proxy.Get<ListArtifactsRequest, ListArtifactsResponse>("/artifacts", Scopes.ArtifactsRead, ListAsync);
        proxy.Raw("GET", "/artifacts/{**path}", Scopes.ArtifactsRead, DownloadAsync);
        proxy.Raw("PUT", "/artifacts/{**path}", Scopes.ArtifactsWrite, UploadAsync, e => e.WithMetadata(new DisableRequestSizeLimitAttribute()));
        proxy.Raw("DELETE", "/artifacts/{**path}", Scopes.ArtifactsDelete, DeleteAsync);
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
        var (runId, path) = ProxiedPath.Parse(request.Path);
        var entries = await artifacts.ListAsync(call.Caller, runId, path, call.Cancel);
        return new(entries.Select(e => ToMessage(e, e.Path[path.Prefix.Length..])).ToList().OrNull());
    }

    private Task DownloadAsync(HttpContext context)
    {
        var (runId, path) = ProxiedPath.Parse(SentPath(context));
        return SendAsync(context, runId, ArtifactPath.ParseFile(path.Value));
    }

    private Task DownloadOfRunAsync(HttpContext context)
    {
        var query = context.Request.Query;
        return SendAsync(context, Needed.RunId(query["run_id"], query["run_uuid"]), ArtifactPath.ParseFile(Needed.Text(query["path"], "path")));
    }

    private async Task SendAsync(HttpContext context, string runId, ArtifactPath path)
    {
        var opened = await artifacts.OpenAsync(context.AsCall().Caller, runId, path, context.RequestAborted);
        await using (opened.Content)
        {
            UploadedBytes.Isolate(context.Response.Headers);
            var file = TypedResults.File(
                opened.Content, UploadedBytes.ContentType(path.Name), path.Name, opened.SavedAt, new EntityTagHeaderValue($"\"{opened.Digest}\""), enableRangeProcessing: true);
            await file.ExecuteAsync(context);
        }
    }

    private async Task UploadAsync(HttpContext context)
    {
        var (runId, path) = ProxiedPath.Parse(SentPath(context));
        await artifacts.SaveAsync(context.AsCall().Caller, runId, ArtifactPath.ParseFile(path.Value), context.Request.Body, context.RequestAborted);
        await MlflowBody.WriteAsync(context, Empty.Answer);
    }

    private async Task DeleteAsync(HttpContext context)
    {
        var (runId, path) = ProxiedPath.Parse(SentPath(context));
        await artifacts.DeleteAsync(context.AsCall().Caller, runId, ArtifactPath.ParseFile(path.Value), context.RequestAborted);
        await MlflowBody.WriteAsync(context, Empty.Answer);
    }

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

    private static FileInfoMessage ToMessage(ArtifactEntry entry, string path) => new(path, entry.IsFolder, entry.Size);
}
