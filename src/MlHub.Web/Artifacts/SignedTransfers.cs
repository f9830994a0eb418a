using Microsoft.AspNetCore.Mvc;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Startup;

namespace MlHub.Web.Artifacts;

/// <summary>Takes and gives files over signed links. The link is the sign-in; what its account may do is asked as for any other call.</summary>
public sealed class SignedTransfers(
    SignedLinks links, Accounts accounts, ArtifactPlaces places, ArtifactIntake intake, MultipartUploads uploads, HubSettings settings)
{
    private const string Via = "signed link";

    public void Map(IEndpointRouteBuilder app)
    {
        const string route = $"{SignedLinks.Folder}/{{link}}";
        app.MapMethods(route, ["GET", "HEAD"], MlflowErrors.Around(DownloadAsync)).Declare(AccessKind.Public);
        // Some programs keep a file under the last part of its address.
        app.MapMethods($"{route}/{{name}}", ["GET", "HEAD"], MlflowErrors.Around(DownloadAsync)).Declare(AccessKind.Public);
        app.MapPut(route, MlflowErrors.Around(UploadAsync)).Declare(AccessKind.Public).WithMetadata(new DisableRequestSizeLimitAttribute());
    }

    private async Task DownloadAsync(HttpContext context)
    {
        var (link, caller) = await ReadAsync(context);
        if (link.Use != LinkUse.Download)
        {
            throw SignedLinks.Refused();
        }

        var file = ProxiedPath.ParseFile(link.Subject);
        await (await places.Of(file).OpenAsync(caller, file.Path, context.RequestAborted)).SendAsync(context);
    }

    private async Task UploadAsync(HttpContext context)
    {
        var (link, caller) = await ReadAsync(context);
        var (content, cancel) = (SentContent.Of(context.Request), context.RequestAborted);
        switch (link.Use)
        {
            case LinkUse.Part:
                var target = ProxiedPath.ParseFile((await uploads.FindAsync(caller, link.Subject, cancel)).Target);
                var part = await uploads.SavePartAsync(caller, link.Subject, places.Of(target), target.Path, link.Part, content, cancel);
                context.Response.Headers.ETag = $"\"{part.Digest}\"";
                break;
            case LinkUse.Upload:
                var file = ProxiedPath.ParseFile(link.Subject);
                var saved = await intake.SaveAsync(caller, places.Of(file), file.Path, content, cancel);
                context.Response.Headers.ETag = $"\"{saved.Digest}\"";
                break;
            default:
                throw SignedLinks.Refused();
        }

        await MlflowBody.WriteAsync(context, Empty.Answer);
    }

    private async Task<(SignedLink Link, Caller Caller)> ReadAsync(HttpContext context)
    {
        var link = links.Read((string?)context.GetRouteValue("link"));
        var caller = link.Account == Guid.Empty
            ? settings.Access == AccessMode.Open ? Caller.Local : null
            : await accounts.CallerOrNullAsync(link.Account, context.RequestAborted);
        return caller is null ? throw SignedLinks.Refused() : (link, caller with { Origin = context.Origin(Via) });
    }
}
