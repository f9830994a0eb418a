using Microsoft.Net.Http.Headers;
using MlHub.Artifacts;

namespace MlHub.Web.Artifacts;

/// <summary>Answers with an opened artifact, as an attachment that no browser runs. What is sent whole is checked first.</summary>
public static class SentFile
{
    public static async Task SendAsync(this OpenedArtifact opened, HttpContext context)
    {
        await using (opened.Content)
        {
            var tag = new EntityTagHeaderValue($"\"{opened.Digest}\"");
            if (!context.Request.Headers.Range.ToString().StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
            {
                // ASP.NET Core would take any unit for bytes.
                context.Request.Headers.Remove(HeaderNames.Range);
            }

            if (IsWhole(context.Request, tag))
            {
                await context.RequestServices.GetRequiredService<CheckedBlobs>().RequireIntactAsync(opened, context.RequestAborted);
            }

            var headers = context.Response.Headers;
            var isPage = SentPage.IsAskedFor(context.Request, opened.Path.Name);
            (isPage ? (Action<IHeaderDictionary>)SentPage.Isolate : UploadedBytes.Isolate)(headers);
            var digest = Convert.ToBase64String(Convert.FromHexString(opened.Digest));
            headers["Repr-Digest"] = $"sha-256=:{digest}:";
            headers["Digest"] = $"sha-256={digest}";
            var file = TypedResults.File(
                opened.Content, isPage ? "text/html" : UploadedBytes.ContentType(opened.Path.Name), isPage ? null : opened.Path.Name, opened.SavedAt, tag, enableRangeProcessing: true);
            await file.ExecuteAsync(context);
        }
    }

    private static bool IsWhole(HttpRequest request, EntityTagHeaderValue tag) =>
        HttpMethods.IsGet(request.Method) && request.Headers.Range.Count == 0 && !request.Headers.IfNoneMatch.ToString().Contains(tag.Tag.Value!, StringComparison.Ordinal);
}
