namespace MlHub.Tracking;

/// <summary>
/// Where an experiment's artifacts are, decided once when it is created. MlHub's own store is the default; an address in
/// somebody's cloud store is kept as text for clients that write there themselves and is never opened by the server.
/// </summary>
public static class ArtifactLocation
{
    public const string Scheme = "mlflow-artifacts:";

    /// <summary>The folder of the proxied store in which the files of registered versions are.</summary>
    public const string VersionsFolder = "registered-models";

    private static readonly string[] CloudSchemes = ["s3", "gs", "wasb", "wasbs", "abfs", "abfss", "adl", "hdfs", "r2", "b2"];

    public static string OfExperiment(long experimentId) => $"{Scheme}/{experimentId}";

    /// <summary>The <c>artifact_uri</c> that clients are given for a run.</summary>
    public static string OfRun(string experimentLocation, string runId) => $"{experimentLocation}/{runId}/artifacts";

    /// <summary>The folder of an experiment in which the files of logged models are.</summary>
    public const string ModelsFolder = "models";

    /// <summary>The <c>artifact_uri</c> that clients are given for a logged model.</summary>
    public static string OfLoggedModel(string experimentLocation, string modelId) => $"{experimentLocation}/{ModelsFolder}/{modelId}/artifacts";

    /// <summary>Where a registered version's frozen files are read; the model's public id survives renaming.</summary>
    public static string OfVersion(string modelPublicId, int version) => $"{Scheme}/{VersionsFolder}/{modelPublicId}/{version}";

    /// <summary>Whether the artifacts are kept by MlHub itself.</summary>
    public static bool IsOwn(string location) => location.StartsWith(Scheme, StringComparison.Ordinal);

    /// <exception cref="HubException">Invalid for everything that could be read as a path of this machine.</exception>
    public static string? ParseCustom(string? location)
    {
        if (string.IsNullOrEmpty(location))
        {
            return null;
        }

        if (location.StartsWith("runs:", StringComparison.Ordinal))
        {
            throw HubException.Invalid($"Artifact location cannot be a runs:/ URI. Given: '{LogRules.Shown(location)}'");
        }

        LogRules.CheckLength(location, Limits.ArtifactLocation, "artifact_location");
        var plain = location.All(c => c is > ' ' and < (char)127 && "?#;%\\\"<>^`{|}".IndexOf(c) < 0);
        if (!plain || !Uri.TryCreate(location, UriKind.Absolute, out var uri) || !CloudSchemes.Contains(uri.Scheme, StringComparer.Ordinal)
            || uri.Host.Length == 0 || !location.StartsWith(uri.Scheme + "://", StringComparison.Ordinal)
            || location.Split('/').Skip(3).Any(s => s is "." or ".."))
        {
            throw HubException.OutOfBounds(
                $"Invalid value \"{LogRules.Shown(location)}\" for parameter 'artifact_location' supplied: leave it out to keep artifacts in MlHub, or give a plain address of a cloud store ({string.Join(", ", CloudSchemes)}).");
        }

        return location.TrimEnd('/');
    }
}
