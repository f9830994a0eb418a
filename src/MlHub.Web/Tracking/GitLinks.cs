using System.Text.RegularExpressions;

namespace MlHub.Web.Tracking;

/// <summary>Web addresses of a repository and a commit, from what a client logged of them. Anything but http and https gives none.</summary>
public static partial class GitLinks
{
    /// <summary>The repository's page; null for what has none on the web.</summary>
    public static string? RepositoryOrNull(string? repository)
    {
        var text = (repository ?? "").Trim();
        if (Scp().Match(text) is { Success: true } scp)
        {
            text = $"https://{scp.Groups["host"].Value}/{scp.Groups["path"].Value}";
        }

        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Host.Length == 0 || uri.Scheme is not ("https" or "http" or "ssh"))
        {
            return null;
        }

        // Credentials that somebody cloned with are nobody else's to see.
        var scheme = uri.Scheme == "ssh" ? "https" : uri.Scheme;
        var port = uri.IsDefaultPort || uri.Scheme == "ssh" ? "" : $":{uri.Port}";
        var path = uri.AbsolutePath.TrimEnd('/');
        return path.Length < 2 ? null : $"{scheme}://{uri.Host}{port}{(path.EndsWith(".git", StringComparison.Ordinal) ? path[..^4] : path)}";
    }

    /// <summary>The commit's page at GitHub, GitLab or Azure DevOps; null elsewhere.</summary>
    public static string? CommitOrNull(string? repository, string? commit)
    {
        if (RepositoryOrNull(repository) is not { } page || commit is null || !Commit().IsMatch(commit))
        {
            return null;
        }

        var uri = new Uri(page);
        return uri.Host switch
        {
            "github.com" => $"{page}/commit/{commit}",
            "dev.azure.com" when uri.AbsolutePath.Contains("/_git/", StringComparison.Ordinal) => $"{page}/commit/{commit}",
            var host when host.EndsWith(".visualstudio.com", StringComparison.Ordinal) && uri.AbsolutePath.Contains("/_git/", StringComparison.Ordinal) => $"{page}/commit/{commit}",
            var host when host.Split('.').Contains("gitlab") => $"{page}/-/commit/{commit}",
            _ => null,
        };
    }

    [GeneratedRegex(@"^[\w.-]+@(?<host>[\w.-]+):(?<path>[^/\s:][^\s:]*)\z")]
    private static partial Regex Scp();

    [GeneratedRegex(@"^[0-9a-f]{7,64}\z")]
    private static partial Regex Commit();
}
