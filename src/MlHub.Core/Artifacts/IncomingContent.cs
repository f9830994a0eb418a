namespace MlHub.Artifacts;

/// <summary>A file's bytes as somebody sends them, with what they say of them: length and digests, each null where they do not.</summary>
public sealed record IncomingContent(Stream Body, long? Length = null, byte[]? Sha256 = null, byte[]? Md5 = null);
