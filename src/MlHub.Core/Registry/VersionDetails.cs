using MlHub.Access;

namespace MlHub.Registry;

/// <summary>A version with its tags and aliases, and what the caller may do with its model.</summary>
public sealed record VersionDetails(RegisteredModel Model, ModelVersion Version, IReadOnlyList<string> Aliases, RegistryPermission Permission);
