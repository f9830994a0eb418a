using System.Text.Json;
using MlHub.Registry;

namespace MlHub.Past;

/// <summary>A registered model as it was at an instant. Versions come newest first.</summary>
public sealed record PastModel(
    long Id, string Name, string Description, string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt,
    IReadOnlyDictionary<string, string> Tags, IReadOnlyList<PastAlias> Aliases, IReadOnlyList<PastPolicy> Policies, IReadOnlyList<PastVersion> Versions)
{
    /// <summary>The newest version of each stage, in the order of the stages.</summary>
    public IEnumerable<PastVersion> LatestVersions => Versions.GroupBy(v => v.Stage).OrderBy(g => g.Key).Select(g => g.First());

    public PastVersion? VersionOrNull(int number) => Versions.FirstOrDefault(v => v.Number == number);

    public IEnumerable<string> AliasesOf(int version) => Aliases.Where(a => a.Version == version).Select(a => a.Alias);
}

/// <summary>An alias and the version that it pointed at.</summary>
public sealed record PastAlias(string Alias, int Version);

/// <summary>The rules for entering a stage, as JSON.</summary>
public sealed record PastPolicy(Stage Stage, JsonElement Policy);

/// <summary>A version as it was at an instant.</summary>
public sealed record PastVersion(
    int Number, Stage Stage, DateTimeOffset? StageChangedAt, VersionStatus Status, string StatusMessage, string Description, string Source, string? RunId,
    string CreatedBy, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, IReadOnlyDictionary<string, string> Tags);

/// <summary>A version was in a stage from one instant until another; until now where there is none.</summary>
/// <param name="By">Who brought it there.</param>
public sealed record StageBand(int Version, Stage Stage, DateTimeOffset From, DateTimeOffset? Until, string By);
