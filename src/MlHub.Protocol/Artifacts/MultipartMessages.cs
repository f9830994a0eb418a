namespace MlHub.Protocol.Artifacts;

// Fields and names: MLflow's mlflow_artifacts.proto (mpu/*).

/// <param name="Path">The file as the client has it on its own machine; only its name counts, the folder is in the call's address.</param>
public sealed record CreateUploadRequest(string? Path, long? NumParts);

public sealed record CreateUploadResponse(string UploadId, List<PartCredentialMessage> Credentials);

/// <param name="Url">Where the part is PUT, without any other credentials.</param>
/// <param name="Headers">To be sent with it.</param>
public sealed record PartCredentialMessage(string Url, long PartNumber, Dictionary<string, string> Headers);

public sealed record CompleteUploadRequest(string? Path, string? UploadId, List<SentPartMessage>? Parts);

public sealed record SentPartMessage(long? PartNumber, string? Etag, string? Url);

public sealed record AbortUploadRequest(string? Path, string? UploadId);

// MlHub's own: what is there of an upload, and how to send the rest.

public sealed record GetUploadRequest(string? UploadId);

public sealed record GetUploadResponse(string UploadId, string Status, List<StoredPartMessage>? Parts, List<PartCredentialMessage>? Credentials);

public sealed record StoredPartMessage(long PartNumber, string Etag, long Size);
