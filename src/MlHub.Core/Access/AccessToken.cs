namespace MlHub.Access;

/// <summary>What a token may be used for; a person's own rights still apply on top.</summary>
[Flags]
public enum Scopes
{
    None = 0,
    TrackingRead = 1,
    TrackingWrite = 2,
    ArtifactsRead = 4,
    ArtifactsWrite = 8,
    ArtifactsDelete = 16,
    Admin = 32,
    RegistryRead = 64,
    RegistryWrite = 128,

    /// <summary>To move versions between stages and to decide what others ask for.</summary>
    RegistryApprove = 256,

    /// <summary>To ask served models.</summary>
    ServingInvoke = 512,
    Training = TrackingRead | TrackingWrite | ArtifactsRead | ArtifactsWrite | RegistryRead | RegistryWrite,
    All = Training | ArtifactsDelete | RegistryApprove | ServingInvoke | Admin,
}

/// <summary>A personal access token as stored: the secret part only as its SHA-256.</summary>
public sealed class AccessToken
{
    /// <summary>The public part of the token, by which it is found.</summary>
    public required string Id { get; init; }
    public required Guid UserId { get; init; }
    public required string Name { get; init; }
    public required byte[] SecretHash { get; init; }
    public required Scopes Scopes { get; init; }

    /// <summary>The ids of the registered models that it is good for, a JSON list; null where it is good for whatever its owner may.</summary>
    public string? ModelsJson { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public required DateTimeOffset ExpiresAt { get; init; }
    public DateTimeOffset? LastUsedAt { get; set; }
    public DateTimeOffset? RevokedAt { get; set; }

    public bool IsUsable(DateTimeOffset now) => RevokedAt is null && now < ExpiresAt;
}
