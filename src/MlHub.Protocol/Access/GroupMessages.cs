namespace MlHub.Protocol.Access;

// MlHub's own: groups, service accounts and effective rights.

public sealed record GroupNameRequest(string? Name);

public sealed record RenameGroupRequest(string? Name, string? NewName);

public sealed record GroupMemberRequest(string? Name, string? Username);

public sealed record GroupResponse(GroupMessage Group);

public sealed record GroupsResponse(IReadOnlyList<GroupMessage> Groups);

public sealed record GroupMessage(string Id, string Name, long CreationTimestamp, IReadOnlyList<string> Members);

public sealed record ServiceAccountResponse(ServiceAccountMessage ServiceAccount);

public sealed record ServiceAccountsResponse(IReadOnlyList<ServiceAccountMessage> ServiceAccounts);

public sealed record ServiceAccountMessage(string Id, string Name, bool IsDisabled, long CreationTimestamp, IReadOnlyList<string> Groups, int Tokens);

/// <summary>The scopes as in the enumeration of their names; the days until the token ends.</summary>
public sealed record CreateServiceTokenRequest(string? ServiceAccount, string? Name, IReadOnlyList<string?>? Scopes, long? Days, IReadOnlyList<string?>? Models);

/// <summary>The only answer that holds the token's text.</summary>
public sealed record ServiceTokenResponse(string Id, string Token, IReadOnlyList<string> Scopes, long ExpirationTimestamp, IReadOnlyList<string>? Models);

/// <summary>Somebody's rights on one of the two: a model by its name, an experiment by its id.</summary>
public sealed record EffectiveRightsRequest(string? User, string? Model, string? Experiment);

public sealed record EffectiveRightsResponse(string User, string Subject, string PermissionLevel, IReadOnlyList<RightSourceMessage> Sources, IReadOnlyList<AbilityMessage> Abilities);

public sealed record RightSourceMessage(string Source, string PermissionLevel, bool Wins);

public sealed record AbilityMessage(string Ability, string Needed, bool Allowed, string Reason);
