using System.Text.Json.Serialization;
using MlHub.Protocol.Json;
using MlHub.Protocol.LoggedModels;
using MlHub.Protocol.Tracking;

namespace MlHub.Protocol.Registry;

// Fields and names: MLflow's model_registry.proto, model-versions/*.

public sealed record CreateVersionRequest(
    string? Name, string? Source, string? RunId, string? RunLink, string? Description, string? ModelId, List<TagMessage>? Tags);

public sealed record VersionRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, long? AsOf);

public sealed record UpdateVersionRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, string? Description);

public sealed record SetVersionTagRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, string? Key, string? Value);

public sealed record DeleteVersionTagRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, string? Key);

/// <summary>MlHub's own: begins a version whose files are uploaded next.</summary>
public sealed record UploadVersionRequest(string? Name, string? Description, List<TagMessage>? Tags);

/// <summary>MlHub's own: ends the upload.</summary>
public sealed record FinalizeVersionRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, string? Status);

/// <summary>MlHub's own: how many files there are, and the paths of those whose bytes are not what was registered.</summary>
public sealed record IntegrityResponse(int Files, List<string> Damaged);

public sealed record VersionResponse(ModelVersionMessage ModelVersion);

public sealed record VersionsResponse(List<ModelVersionMessage>? ModelVersions, string? NextPageToken);

public sealed record DownloadUriResponse(string ArtifactUri);

public sealed record ModelVersionMessage(
    string Name, string Version, long CreationTimestamp, long LastUpdatedTimestamp, string UserId, string CurrentStage, string Description,
    string Source, string RunId, string Status, string? StatusMessage, string RunLink, string? ModelId,
    List<TagMessage>? Tags, List<string>? Aliases, DeploymentJobStateMessage? DeploymentJobState, List<ModelParamMessage>? ModelParams, List<MeasuredMetricMessage>? ModelMetrics);

/// <summary>A setting of the logged model that was registered.</summary>
public sealed record ModelParamMessage(string Name, string Value);

/// <summary>How newer clients see that a request is open: <c>run_state</c> is then APPROVAL.</summary>
public sealed record DeploymentJobStateMessage(string RunState);
