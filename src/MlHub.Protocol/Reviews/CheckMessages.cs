namespace MlHub.Protocol.Reviews;

// MlHub's own calls: mlhub/checks/*.

public sealed record ReportCheckRequest(
    string? Name, string? Version, string? Check, string? State, string? Summary, string? Details, string? Link);

public sealed record ReviewedVersionRequest(string? Name, string? Version);

public sealed record CheckResponse(CheckMessage Check);

public sealed record ChecksResponse(List<CheckMessage>? Checks);

public sealed record CheckMessage(
    string Name, string State, string Summary, string Details, string? Link, string UserId, long CreationTimestamp, long LastUpdatedTimestamp);
