using System.Globalization;
using MlHub.Artifacts;
using MlHub.Protocol.Serving;
using MlHub.Registry;
using MlHub.Serving;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Artifacts;

namespace MlHub.Web.Serving;

/// <summary>
/// Signed links to the files of a version, for programs that run it elsewhere. Its ETag changes with what the name leads to, so asking
/// again costs little until there is something new.
/// </summary>
public sealed class DownloadEndpoints(VersionDownloads downloads, SignedLinks links, TimeProvider clock)
{
    private const int DefaultSeconds = 3600, MostSeconds = 24 * 3600;

    public void Map(MlflowRoutes own) => own.OfOneModel.Raw(
        "GET", "/model-versions/download-links", Scopes.RegistryRead, LinksAsync, e => e.WithMetadata(new CallMessages(typeof(DownloadLinksRequest), typeof(DownloadLinksResponse))));

    private async Task LinksAsync(HttpContext context)
    {
        var (call, request) = (context.AsCall(), await MlflowBody.ReadAsync<DownloadLinksRequest>(context));
        var (name, selector) = (Needed.Text(request.Name, "name"), VersionSelector.Parse(Needed.Text(request.Version, "version")));
        var life = TimeSpan.FromSeconds(request.Expiration switch
        {
            null => DefaultSeconds,
            < 1 => throw HubException.Invalid("Invalid value for parameter 'expiration' supplied: it must be a number of seconds above zero."),
            { } seconds => Math.Min(seconds, MostSeconds),
        });
        var version = await downloads.FindAsync(call.Caller, name, selector, call.Cancel);
        var tag = string.Create(CultureInfo.InvariantCulture, $"\"{version.ModelPublicId}-{version.Key.Number}-{version.Stage}-{version.Digest[..16]}\"");
        context.Response.Headers.ETag = tag;
        // Whoever has a link needs no token, so no cache may keep one.
        context.Response.Headers.CacheControl = "private, no-store";
        if (context.Request.Headers.IfNoneMatch.ToString() == tag)
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var files = version.Files.Select(f => new DownloadLinkMessage(f.Path, f.Size, f.Digest, Link(context, version, f.Path, life))).ToList();
        await MlflowBody.WriteAsync(context, new DownloadLinksResponse(
            version.Key.Model, version.Key.Number.ToString(CultureInfo.InvariantCulture), $"{version.Stage}", version.Digest, (clock.GetUtcNow() + life).ToUnixTimeMilliseconds(),
            version.OnnxFile is { } onnx ? new(onnx, version.InputsJson, version.ParametersJson) : null, files));
    }

    private string Link(HttpContext context, DownloadableVersion version, string path, TimeSpan life)
    {
        var file = new ProxiedPath.OfVersion(version.ModelPublicId, version.Key.Number, ArtifactPath.ParseFile(path));
        return links.Make(context, new(LinkUse.Download, context.AsCall().Caller.Id, file.Address), life);
    }
}
