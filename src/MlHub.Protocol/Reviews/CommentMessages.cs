using System.Text.Json.Serialization;
using MlHub.Protocol.Json;

namespace MlHub.Protocol.Reviews;

// Fields and names: Databricks' workspace registry, comments/*; parent_id is MlHub's.

public sealed record CreateCommentRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, string? Comment, string? ParentId);

public sealed record UpdateCommentRequest(string? Id, string? Comment);

public sealed record CommentIdRequest(string? Id);

public sealed record CommentResponse(CommentMessage Comment);

public sealed record CommentsResponse(List<CommentMessage>? Comments);

public sealed record CommentMessage(
    string Id, string UserId, string Comment, string? ParentId, long CreationTimestamp, long LastUpdatedTimestamp, List<string>? AvailableActions);
