using Microsoft.Net.Http.Headers;
using MlHub.Artifacts;

namespace MlHub.Web.Artifacts;

/// <summary>Answers with an opened artifact, as an attachment that no browser runs.</summary>
public static class SentFile
{
    public static async Task SendAsync(this OpenedArtifact opened, HttpContext context)
    {
        await using (opened.Content)
        {
            UploadedBytes.Isolate(context.Response.Headers);
            var file = TypedResults.File(
                opened.Content, UploadedBytes.ContentType(opened.Path.Name), opened.Path.Name, opened.SavedAt, new EntityTagHeaderValue($"\"{opened.Digest}\""), enableRangeProcessing: true);
            await file.ExecuteAsync(context);
        }
    }
}
