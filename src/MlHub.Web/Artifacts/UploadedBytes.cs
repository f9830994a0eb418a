using Microsoft.AspNetCore.StaticFiles;

namespace MlHub.Web.Artifacts;

/// <summary>How bytes that somebody uploaded leave the server: to be saved, never to run as a page of ours.</summary>
public static class UploadedBytes
{
    // MLflow's list of names that are text, and what a browser would otherwise run.
    private static readonly HashSet<string> Text = new(StringComparer.OrdinalIgnoreCase)
    {
        "txt", "log", "err", "cfg", "conf", "cnf", "ini", "properties", "prop", "hocon", "rc", "yaml", "yml", "json", "js", "mjs", "py", "py3", "csv",
        "tsv", "md", "rst", "xml", "toml", "sh", "html", "htm", "xhtml", "svg", "MLmodel", "MLproject",
    };

    private static readonly FileExtensionContentTypeProvider Known = new();

    public static string ContentType(string name)
    {
        var extension = name[(name.LastIndexOf('.') + 1)..];
        return Text.Contains(extension) ? "text/plain" : Known.TryGetContentType(name, out var type) ? type : "application/octet-stream";
    }

    public static void Isolate(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = "sandbox; default-src 'none'";
        headers.XContentTypeOptions = "nosniff";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers.CacheControl = "private, no-cache";
    }
}
