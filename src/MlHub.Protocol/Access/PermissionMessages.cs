namespace MlHub.Protocol.Access;

// Fields and names: Databricks' permissions/registered-models/{id} and permissions/experiments/{id}.

public sealed record ChangePermissionsRequest(IReadOnlyList<AccessControlRequest?>? AccessControlList);

/// <summary>One of the three names, and a level.</summary>
public sealed record AccessControlRequest(string? UserName, string? GroupName, string? ServicePrincipalName, string? PermissionLevel);

public sealed record ObjectPermissionsResponse(string ObjectId, string ObjectType, IReadOnlyList<AccessControlMessage> AccessControlList);

public sealed record AccessControlMessage(
    string? UserName, string? GroupName, string? ServicePrincipalName, string DisplayName, IReadOnlyList<GivenPermissionMessage> AllPermissions);

public sealed record GivenPermissionMessage(
    string PermissionLevel, bool Inherited, IReadOnlyList<string>? InheritedFromObject);

public sealed record PermissionLevelsResponse(IReadOnlyList<PermissionLevelMessage> PermissionLevels);

public sealed record PermissionLevelMessage(string PermissionLevel, string Description);
