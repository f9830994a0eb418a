using System.Text.Json.Serialization;
using MlHub.Protocol.Json;
using MlHub.Protocol.Tracking;

namespace MlHub.Protocol.Reviews;

// Fields and names: Databricks' workspace registry, transition-requests/* and databricks/model-versions/*; override_reason is MlHub's.

public sealed record TransitionStageRequest(
    string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, string? Stage, bool? ArchiveExistingVersions, string? Comment, string? OverrideReason);

public sealed record CreateTransitionRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, string? Stage, string? Comment);

public sealed record CancelTransitionRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, string? Stage, string? Creator, string? Comment);

public sealed record TransitionRequestResponse(ActivityMessage Request);

public sealed record TransitionRequestsResponse(List<ActivityMessage>? Requests);

public sealed record ActivityResponse(ActivityMessage Activity);

public sealed record ActivitiesRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, long? MaxResults, string? PageToken);

public sealed record ActivitiesResponse(List<ActivityMessage>? Activities, string? NextPageToken);

/// <summary>An activity or an open request: the two have the same fields.</summary>
public sealed record ActivityMessage(
    string Id, string ActivityType, string UserId, string? FromStage, string? ToStage, string? Comment, string? SystemComment,
    long CreationTimestamp, long LastUpdatedTimestamp, List<string>? AvailableActions);

public sealed record DatabricksVersionResponse(DatabricksVersionMessage ModelVersionDatabricks);

public sealed record DatabricksVersionMessage(
    string Name, string Version, string CurrentStage, string UserId, string Description, string Source, string RunId, string RunLink,
    string Status, string? StatusMessage, List<TagMessage>? Tags, List<string>? Aliases, long CreationTimestamp, long LastUpdatedTimestamp,
    string PermissionLevel, List<ActivityMessage>? OpenRequests);
