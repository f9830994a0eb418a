namespace MlHub.Protocol.Deployments;

// MlHub's own calls: mlhub/deployment-targets/* and mlhub/deployments/*.

/// <summary>
/// The kind is HUB, TORCH_SERVE or OPEN_INFERENCE; the url that of the management interface, and the key what it is asked with. TorchServe gives each version so many
/// workers; a server of the Open Inference Protocol is sent the ONNX file with send_files, as Triton takes it.
/// </summary>
public sealed record CreateTargetRequest(string? Name, string? Kind, string? Url, string? Key, long? Workers, bool? SendFiles);

public sealed record TargetNameRequest(string? Name);

public sealed record TargetMessage(string Name, string Kind, string? Url, bool HasKey, int Workers, bool SendFiles, long CreationTimestamp, int Models);

public sealed record TargetResponse(TargetMessage Target);

public sealed record TargetsResponse(List<TargetMessage> Targets);

/// <summary>What is wrong with the target, in a sentence; absent where it answers and lets us in.</summary>
public sealed record CheckTargetResponse(bool Ok, string? Problem);

/// <summary>The model by its name, the target by its; the version is a number, a stage, an alias with an @ before it, or latest, and is followed.</summary>
public sealed record DeployRequest(string? Name, string? Target, string? Version);

public sealed record DeploymentRequest(string? Name, string? Target);

public sealed record ListDeploymentsRequest(string? Name);

/// <summary>
/// The state is PENDING, DEPLOYED, FAILED, REMOVING or REMOVED. What it follows is in follows, the version that is there in version; the reason tells why the last attempt
/// failed, or what is to be known of one that went well. Those that wait are tried at retry_at, in milliseconds since 1970.
/// </summary>
public sealed record DeploymentMessage(
    string Target, string Kind, string Follows, string? Version, string State, string? Reason, int Attempts, long? RetryAt, long CreationTimestamp, long LastUpdatedTimestamp);

public sealed record DeploymentResponse(DeploymentMessage Deployment);

public sealed record DeploymentsResponse(List<DeploymentMessage> Deployments);
