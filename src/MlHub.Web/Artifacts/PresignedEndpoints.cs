using MlHub.Artifacts;
using MlHub.Protocol.Artifacts;
using MlHub.Tracking;
using MlHub.Web.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Artifacts;

/// <summary>
/// MLflow's presigned addresses. They lead to the hub itself, on both stores: bytes are kept under their digests, so only the hub knows
/// where to put or find them, and clients need no way to the store. Parts of a file can be fetched side by side.
/// </summary>
public sealed class PresignedEndpoints(ArtifactPlaces places, RunSearches searches, SignedLinks links)
{
    private const int DefaultSeconds = 900, MostSeconds = 3600;

    public void Map(MlflowRoutes api, MlflowRoutes proxy)
    {
        api.Raw("POST", "/artifacts/presigned-upload-url", Scopes.ArtifactsWrite, UploadAsync);
        api.Raw("POST", "/artifacts/presigned-download-url", Scopes.ArtifactsRead, DownloadAsync);
        proxy.Raw("GET", "/presigned/{**path}", Scopes.ArtifactsRead, ProxiedAsync);
    }

    private async Task UploadAsync(HttpContext context)
    {
        var (call, request) = (context.AsCall(), await MlflowBody.ReadAsync<PresignedRequest>(context));
        var file = await FileAsync(call, request);
        await places.Of(file).RequireWritableAsync(call.Caller, file.Path, call.Cancel);
        await MlflowBody.WriteAsync(context, new PresignedUploadResponse(Link(context, LinkUse.Upload, file, request.Expiration), []));
    }

    private async Task DownloadAsync(HttpContext context)
    {
        var (call, request) = (context.AsCall(), await MlflowBody.ReadAsync<PresignedRequest>(context));
        var file = await FileAsync(call, request);
        var size = await SizeAsync(call, file);
        await MlflowBody.WriteAsync(context, new PresignedDownloadResponse(Link(context, LinkUse.Download, file, request.Expiration), [], size));
    }

    private async Task ProxiedAsync(HttpContext context)
    {
        var file = ProxiedPath.ParseFile(SentPath.Of(context, "/mlflow-artifacts/presigned/"));
        var size = await SizeAsync(context.AsCall(), file);
        await MlflowBody.WriteAsync(context, new ProxiedDownloadResponse(Link(context, LinkUse.Download, file, null), [], size));
    }

    private async Task<ProxiedPath> FileAsync(ApiCall call, PresignedRequest request)
    {
        var (runId, path) = (Needed.RunId(request.RunId, null), ArtifactPath.ParseFile(Needed.Text(request.Path, "path")));
        var run = (await searches.GetAsync(call.Caller, runId, call.Cancel)).Run;
        return new ProxiedPath.OfRun(run.ExperimentId, run.RunId, path);
    }

    private async Task<long> SizeAsync(ApiCall call, ProxiedPath file)
    {
        var opened = await places.Of(file).OpenAsync(call.Caller, file.Path, call.Cancel);
        await using (opened.Content)
        {
            return opened.Content.Length;
        }
    }

    private string Link(HttpContext context, LinkUse use, ProxiedPath file, long? seconds) =>
        seconds is < 1
            ? throw HubException.Invalid("Invalid value for parameter 'expiration' supplied: it must be a number of seconds above zero.")
            : links.Make(context, new(use, context.AsCall().Caller.Id, file.Address), TimeSpan.FromSeconds(Math.Min(seconds ?? DefaultSeconds, MostSeconds)));
}
