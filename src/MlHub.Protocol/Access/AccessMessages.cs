namespace MlHub.Protocol.Access;

// Fields and names: MLflow's auth app, users/* and experiments/permissions/*.

public sealed record CreateUserRequest(string? Username, string? Password);

public sealed record UserResponse(UserMessage User);

public sealed record UserMessage(string Id, string Username, bool IsAdmin);

public sealed record ExperimentPermissionRequest(string? ExperimentId, string? Username, string? Permission);

public sealed record ExperimentPermissionResponse(ExperimentPermissionMessage ExperimentPermission);

public sealed record ExperimentPermissionMessage(string ExperimentId, string Username, string Permission);
