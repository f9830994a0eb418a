namespace MlHub.Protocol.Artifacts;

// MlHub's own: the artifact store as administrators see it.

public sealed record StoreStateResponse(long Files, long Bytes, int OpenUploads, ScrubMessage? Scrub, List<DamagedFileMessage>? Damaged);

/// <param name="FinishedAt">The end of the last whole round; times in ms since 1970.</param>
public sealed record ScrubMessage(bool UnderWay, long StartedAt, long? FinishedAt, long Blobs, long Bytes);

public sealed record DamagedFileMessage(string Digest, string Damage, long FoundAt, List<string>? Files);

public sealed record SweepRequest(bool? DryRun);

public sealed record SweepResponse(bool DryRun, long Blobs, long Bytes);
