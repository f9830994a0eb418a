using MlHub.Artifacts;

namespace MlHub.Web.Artifacts;

/// <summary>
/// A path of the proxied store, <c>EXPERIMENT/RUN/artifacts/PATH</c>: what follows <c>mlflow-artifacts:/</c> in a run's artifact_uri.
/// </summary>
public static class ProxiedPath
{
    /// <exception cref="HubException">Invalid for paths outside of any run.</exception>
    public static (string RunId, ArtifactPath Path) Parse(string? sent)
    {
        var parts = (sent ?? "").Split('/', 4);
        return parts.Length >= 3 && parts[0].Length > 0 && parts[0].All(char.IsAsciiDigit) && parts[1].Length > 0 && parts[2] == "artifacts"
            ? (parts[1], ArtifactPath.Parse(parts.Length == 4 ? parts[3] : ""))
            : throw HubException.Invalid("Invalid path: artifacts are kept under EXPERIMENT_ID/RUN_ID/artifacts/.");
    }
}
