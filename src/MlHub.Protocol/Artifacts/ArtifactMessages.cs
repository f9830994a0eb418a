namespace MlHub.Protocol.Artifacts;

// Fields and names: MLflow's service.proto (artifacts/list) and mlflow_artifacts.proto.

public sealed record ListRunArtifactsRequest(string? RunId, string? RunUuid, string? Path, string? PageToken);

public sealed record ListRunArtifactsResponse(string RootUri, List<FileInfoMessage>? Files);

public sealed record ListArtifactsRequest(string? Path);

public sealed record ListArtifactsResponse(List<FileInfoMessage>? Files);

public sealed record FileInfoMessage(string Path, bool IsDir, long? FileSize);
