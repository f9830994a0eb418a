using System.Text.Json.Serialization;
using MlHub.Protocol.Json;

namespace MlHub.Protocol.Reviews;

// MlHub's own calls: mlhub/checks/*.

public sealed record ReportCheckRequest(
    string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, string? Check, string? State, string? Summary, string? Details, string? Link);

public sealed record ReviewedVersionRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version);

public sealed record CheckResponse(CheckMessage Check);

public sealed record ChecksResponse(List<CheckMessage>? Checks);

public sealed record CheckMessage(
    string Name, string State, string Summary, string Details, string? Link, string UserId, long CreationTimestamp, long LastUpdatedTimestamp);
