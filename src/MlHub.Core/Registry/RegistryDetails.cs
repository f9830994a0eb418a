using MlHub.Access;
using MlHub.LoggedModels;

namespace MlHub.Registry;

/// <summary>A version with its tags, its model, the aliases that point at it, and what the caller may do with it.</summary>
public sealed record VersionDetails(RegisteredModel Model, ModelVersion Version, IReadOnlyList<string> Aliases, RegistryPermission Permission)
{
    public VersionKey Key => new(Model.Name, Version.Number);

    /// <summary>Whether somebody asks for another stage and nobody has decided yet.</summary>
    public bool AwaitsDecision { get; init; }

    /// <summary>The logged model that was registered; told of one version only, as it may have much to tell.</summary>
    public LoggedModel? LoggedModel { get; init; }

    public IReadOnlyList<LoggedModelMetric> LoggedModelMetrics { get; init; } = [];
}

/// <summary>A model with its tags and aliases, what the caller may do with it, and the newest version of each stage.</summary>
public sealed record ModelDetails(RegisteredModel Model, RegistryPermission Permission, IReadOnlyList<VersionDetails> LatestVersions);
