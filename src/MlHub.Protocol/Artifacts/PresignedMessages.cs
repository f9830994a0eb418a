namespace MlHub.Protocol.Artifacts;

// Fields and names: MLflow's service.proto (artifacts/presigned-*) and mlflow_artifacts.proto (presigned/PATH).

/// <param name="Expiration">Seconds.</param>
public sealed record PresignedRequest(string? RunId, string? Path, long? Expiration);

public sealed record PresignedUploadResponse(string PresignedUrl, Dictionary<string, string> Headers);

public sealed record PresignedDownloadResponse(string PresignedUrl, Dictionary<string, string> Headers, long FileSize);

public sealed record ProxiedDownloadResponse(string Url, Dictionary<string, string> Headers, long FileSize);
