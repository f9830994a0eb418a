using System.Globalization;
using MlHub.Artifacts;
using MlHub.Tracking;

namespace MlHub.Web.Artifacts;

/// <summary>
/// A path of the proxied store: what follows <c>mlflow-artifacts:/</c> in the artifact_uri of a run (<c>EXPERIMENT/RUN/artifacts/PATH</c>)
/// or of a logged model (<c>EXPERIMENT/models/MODEL/artifacts/PATH</c>), or in a version's download address (<c>registered-models/MODEL/VERSION/PATH</c>). The id alone says whose it is: the experiment is that of when
/// the address was made, and runs move. Any other path is a file of the caller's own, as MLflow's store takes any.
/// </summary>
public abstract record ProxiedPath(ArtifactPath Path)
{
    /// <summary>The path again, in the one way that it is written.</summary>
    public abstract string Address { get; }

    /// <exception cref="HubException">Invalid for paths outside of any run, logged model or version.</exception>
    public static ProxiedPath Parse(string? sent)
    {
        var parts = (sent ?? "").Split('/', 4);
        var path = () => ArtifactPath.Parse(parts.Length == 4 ? parts[3] : "");
        return parts switch
        {
            [ArtifactLocation.VersionsFolder, var model, var version, ..] when IsPublicId(model) && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) =>
                new OfVersion(model, number, path()),
            [var experiment, ArtifactLocation.ModelsFolder, { Length: > 0 } model, var rest]
                when long.TryParse(experiment, NumberStyles.None, CultureInfo.InvariantCulture, out var id) && rest.Split('/', 2) is ["artifacts", .. var below] =>
                new OfLoggedModel(id, model, ArtifactPath.Parse(below is [var inside] ? inside : "")),
            [var experiment, { Length: > 0 } run, "artifacts", ..] when long.TryParse(experiment, NumberStyles.None, CultureInfo.InvariantCulture, out var id) => new OfRun(id, run, path()),
            [""] => new OfCaller(ArtifactPath.Root),
            [var first, ..] when first != ArtifactLocation.VersionsFolder && !first.All(char.IsAsciiDigit) => new OfCaller(ArtifactPath.Parse(sent)),
            _ => throw HubException.Invalid(
                $"Invalid path: artifacts are kept under EXPERIMENT_ID/RUN_ID/artifacts/, EXPERIMENT_ID/{ArtifactLocation.ModelsFolder}/MODEL_ID/artifacts/ and {ArtifactLocation.VersionsFolder}/MODEL_ID/VERSION/."),
        };
    }

    /// <exception cref="HubException">Invalid also for a run, logged model or version itself.</exception>
    public static ProxiedPath ParseFile(string? sent)
    {
        var path = Parse(sent);
        ArtifactPath.ParseFile(path.Path.Value);
        return path;
    }

    private static bool IsPublicId(string id) => id.Length == 32 && id.All(char.IsAsciiHexDigitLower);

    public sealed record OfCaller(ArtifactPath Path) : ProxiedPath(Path)
    {
        public override string Address => Path.Value;
    }

    public sealed record OfRun(long ExperimentId, string RunId, ArtifactPath Path) : ProxiedPath(Path)
    {
        public override string Address => string.Create(CultureInfo.InvariantCulture, $"{ExperimentId}/{RunId}/artifacts/{Path}");
    }

    public sealed record OfLoggedModel(long ExperimentId, string ModelId, ArtifactPath Path) : ProxiedPath(Path)
    {
        public override string Address => string.Create(CultureInfo.InvariantCulture, $"{ExperimentId}/{ArtifactLocation.ModelsFolder}/{ModelId}/artifacts/{Path}");
    }

    public sealed record OfVersion(string ModelId, int Version, ArtifactPath Path) : ProxiedPath(Path)
    {
        public override string Address => string.Create(CultureInfo.InvariantCulture, $"{ArtifactLocation.VersionsFolder}/{ModelId}/{Version}/{Path}");
    }
}
