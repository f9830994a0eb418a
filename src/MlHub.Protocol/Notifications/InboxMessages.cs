using System.Text.Json.Serialization;
using MlHub.Protocol.Json;

namespace MlHub.Protocol.Notifications;

public sealed record ListInboxRequest(bool? UnreadOnly, long? MaxResults, string? PageToken);

/// <summary>A line of an inbox, without a model where it is about the hub itself; <c>version</c> is a text, as everywhere in the registry.</summary>
public sealed record NotificationMessage(long Id, string Kind, string Text, string Actor, long Timestamp, string? ModelName, string? Version, bool? Read);

public sealed record ListInboxResponse(List<NotificationMessage>? Notifications, long UnreadCount, string? NextPageToken);

/// <summary>Either single ones or all up to one.</summary>
public sealed record MarkReadRequest(List<long>? Ids, long? UpTo);

public sealed record FollowRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version);

/// <summary>The level is ALL, FOLLOWED or MUTED.</summary>
public sealed record SetModelFollowRequest(string? Name, string? Level);

public sealed record SetVersionFollowRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, bool? Follow);

public sealed record FollowResponse(string Level, bool? FollowsVersion);
