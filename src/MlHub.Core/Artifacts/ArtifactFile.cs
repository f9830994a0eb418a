namespace MlHub.Artifacts;

/// <summary>
/// One artifact of a run, a logged model or an account: a path that people see, and the SHA-256 of its bytes, under which the blob store
/// keeps them. No path that a client sent ever reaches the disk.
/// </summary>
public abstract class StoredFile
{
    public required string Path { get; init; }

    /// <summary>SHA-256, 64 lower-case hexadecimal digits.</summary>
    public required string Digest { get; set; }

    /// <summary>Bytes.</summary>
    public required long Size { get; set; }
    public required DateTimeOffset SavedAt { get; set; }
}

/// <summary>A file of an account's own, under a path that belongs to no run: MLflow's proxied store takes any.</summary>
public sealed class AccountFile : StoredFile
{
    public required Guid UserId { get; init; }
}

/// <summary>One artifact of a run.</summary>
public sealed class ArtifactFile : StoredFile
{
    public required long RunKey { get; init; }
}
