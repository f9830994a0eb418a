using Microsoft.AspNetCore.Mvc;
using MlHub.Serving.Batch;
using MlHub.Web.Access;
using MlHub.Web.Api;
using MlHub.Web.Artifacts;

namespace MlHub.Web.Serving;

/// <summary>Takes the file that a page sends for a batch job, and answers with its path; programs have the proxied store for it.</summary>
public sealed class BatchUploadEndpoint(BatchUploads uploads)
{
    public const string Path = "/batch/upload";

    public void Map(IEndpointRouteBuilder app) =>
        app.MapPut(Path, MlflowErrors.Around(SaveAsync)).Declare(AccessKind.Page).WithMetadata(new DisableRequestSizeLimitAttribute());

    private async Task SaveAsync(HttpContext context)
    {
        var query = context.Request.Query;
        var path = await uploads.SaveAsync(
            context.User.AsCaller(), Needed.Text(query["name"], "name"), Needed.Text(query["file"], "file"), SentContent.Of(context.Request), context.RequestAborted);
        context.Response.ContentType = "text/plain; charset=utf-8";
        await context.Response.WriteAsync(path, context.RequestAborted);
    }
}
