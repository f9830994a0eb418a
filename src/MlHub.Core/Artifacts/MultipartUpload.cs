namespace MlHub.Artifacts;

/// <summary>A file that comes in parts. It has no bytes of its own: each part is stored whole, and joined with the others at the end.</summary>
public sealed class MultipartUpload
{
    /// <summary>32 hexadecimal digits that nobody can guess.</summary>
    public required string Id { get; init; }

    /// <summary>Whose it is; null where nobody signs in.</summary>
    public Guid? AccountId { get; init; }

    /// <summary>Where the file will be, as an address of the proxied store.</summary>
    public required string Target { get; init; }

    /// <summary>Whose quota it counts towards.</summary>
    public long? ExperimentId { get; init; }

    /// <summary>How many parts there will be.</summary>
    public required int Parts { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was completed or given up.</summary>
    public DateTimeOffset? EndedAt { get; set; }

    /// <summary>What became of it; null unless completed.</summary>
    public string? Digest { get; set; }
}

/// <summary>A part that is stored: its digest is also its ETag.</summary>
public sealed class UploadPart
{
    public required string UploadId { get; init; }

    /// <summary>From 1.</summary>
    public required int Number { get; init; }
    public required string Digest { get; set; }

    /// <summary>Bytes.</summary>
    public required long Size { get; set; }
}
