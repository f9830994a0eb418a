using System.Globalization;
using MlHub.Artifacts;
using MlHub.Tracking;

namespace MlHub.Web.Artifacts;

/// <summary>
/// A path of the proxied store: what follows <c>mlflow-artifacts:/</c> in the artifact_uri of a run (<c>EXPERIMENT/RUN/artifacts/PATH</c>)
/// or of a logged model (<c>EXPERIMENT/models/MODEL/artifacts/PATH</c>), or in a version's download address (<c>registered-models/MODEL/VERSION/PATH</c>).
/// </summary>
public abstract record ProxiedPath(ArtifactPath Path)
{
    /// <exception cref="HubException">Invalid for paths outside of any run, logged model or version.</exception>
    public static ProxiedPath Parse(string? sent)
    {
        var parts = (sent ?? "").Split('/', 4);
        var path = () => ArtifactPath.Parse(parts.Length == 4 ? parts[3] : "");
        return parts switch
        {
            [ArtifactLocation.VersionsFolder, var model, var version, ..] when IsPublicId(model) && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                new OfVersion(model, number, path()),
            [var experiment, ArtifactLocation.ModelsFolder, { Length: > 0 } model, var rest] when IsExperiment(experiment) && rest.Split('/', 2) is ["artifacts", .. var below] =>
                new OfOwner(model, ArtifactPath.Parse(below is [var inside] ? inside : "")),
            [var experiment, { Length: > 0 } run, "artifacts", ..] when IsExperiment(experiment) => new OfOwner(run, path()),
            _ => throw HubException.Invalid(
                $"Invalid path: artifacts are kept under EXPERIMENT_ID/RUN_ID/artifacts/, EXPERIMENT_ID/{ArtifactLocation.ModelsFolder}/MODEL_ID/artifacts/ and {ArtifactLocation.VersionsFolder}/MODEL_ID/VERSION/."),
        };
    }

    private static bool IsExperiment(string id) => id.Length > 0 && id.All(char.IsAsciiDigit);

    private static bool IsPublicId(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);

    /// <summary>A file of a run or of a logged model, by its id.</summary>
    public sealed record OfOwner(string OwnerId, ArtifactPath Path) : ProxiedPath(Path);

    public sealed record OfVersion(string ModelId, int Version, ArtifactPath Path) : ProxiedPath(Path);
}
