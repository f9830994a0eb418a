using Microsoft.AspNetCore.Mvc;
using MlHub.Artifacts;
using MlHub.Registry;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Artifacts;

namespace MlHub.Web.Registry;

/// <summary>Takes the files that a page sends for a version; programs have the proxied store for it.</summary>
public sealed class VersionFileUpload(VersionUploads uploads)
{
    public const string Path = "/version-file";

    public void Map(IEndpointRouteBuilder app) =>
        app.MapPut(Path, MlflowErrors.Around(SaveAsync)).Declare(AccessKind.Page).WithMetadata(new DisableRequestSizeLimitAttribute());

    private async Task SaveAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var key = VersionKey.Parse(Needed.Text(query["name"], "name"), Needed.Text(query["version"], "version"));
        await uploads.SaveAsync(context.User.AsCaller(), key, ArtifactPath.ParseFile(Needed.Text(query["path"], "path")), SentContent.Of(context.Request), context.RequestAborted);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }
}
