namespace MlHub.Protocol.Serving;

// MlHub's own call mlhub/model-versions/download-links.

/// <summary>The version is a number, a stage, an alias with an @ before it, or latest. The links are good for so many seconds, 3600 where nothing is said.</summary>
public sealed record DownloadLinksRequest(string? Name, string? Version, long? Expiration);

/// <summary>
/// The files of a version as they were frozen. The digest is that over all of them; links run out at expires_at, in milliseconds since 1970.
/// Without an ONNX model, onnx is absent.
/// </summary>
public sealed record DownloadLinksResponse(string Name, string Version, string Stage, string Digest, long ExpiresAt, OnnxModelMessage? Onnx, List<DownloadLinkMessage> Files);

/// <summary>Where the ONNX model is among the files, and the parts of its signature, each JSON in a text as in the file MLmodel.</summary>
public sealed record OnnxModelMessage(string File, string? Inputs, string? Params);

/// <summary>The address answers GET and HEAD without a token, also for a part: it takes Range and If-Range, and its ETag is the digest.</summary>
public sealed record DownloadLinkMessage(string Path, long Size, string Sha256, string Url);
