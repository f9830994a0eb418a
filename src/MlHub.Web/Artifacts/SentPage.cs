using Microsoft.AspNetCore.WebUtilities;

namespace MlHub.Web.Artifacts;

/// <summary>
/// HTML that somebody uploaded, for a frame of our pages: the browser gives it an origin of its own, which has no cookies and no storage,
/// and lets it load nothing that it does not bring with it. Anywhere else than in a frame it stays an attachment.
/// </summary>
public static class SentPage
{
    private const string Policy =
        "sandbox allow-scripts; default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; " +
        "img-src data: blob:; font-src data:; media-src data: blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'self'";

    /// <summary>The address of a file's bytes, as a page.</summary>
    public static string Of(string bytes) => QueryHelpers.AddQueryString(bytes, "as", "page");

    public static bool IsAskedFor(HttpRequest request, string name) =>
        request.Query["as"] == "page" && request.Headers["Sec-Fetch-Dest"] == "iframe" && Path.GetExtension(name).ToLowerInvariant() is ".html" or ".htm";

    public static void Isolate(IHeaderDictionary headers)
    {
        UploadedBytes.Isolate(headers);
        headers.ContentSecurityPolicy = Policy;
    }
}
