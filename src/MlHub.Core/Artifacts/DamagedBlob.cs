namespace MlHub.Artifacts;

/// <summary>Bytes that rows point at and that cannot be had: they are gone, or were found to be others than their digest says.</summary>
public sealed class DamagedBlob
{
    public required string Digest { get; init; }
    public required BlobDamage Damage { get; init; }
    public required DateTimeOffset FoundAt { get; init; }
}

public enum BlobDamage
{
    Missing,
    Changed,
}

/// <summary>How far the scrub has come: one row, so that a restart goes on where it was.</summary>
public sealed class ScrubProgress
{
    public const int OnlyId = 1;

    public required int Id { get; init; }

    /// <summary>The digest that was read last; empty between two rounds.</summary>
    public required string After { get; set; }
    public required DateTimeOffset StartedAt { get; set; }

    /// <summary>When the last whole round ended.</summary>
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>In this round, or in the last where none is under way.</summary>
    public required long Blobs { get; set; }
    public required long Bytes { get; set; }
}
