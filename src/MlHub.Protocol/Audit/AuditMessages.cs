using System.Text.Json;

namespace MlHub.Protocol.Audit;

public sealed record AuditHeadResponse(long Links, string? Head, long? Timestamp);

public sealed record AuditVerifyResponse(bool Whole, long Links, string Head, AuditFaultMessage? Fault);

/// <summary>The first link that does not hold.</summary>
public sealed record AuditFaultMessage(long Seq, long? EventId, string Reason);

/// <summary>One line of the export. Times are milliseconds since 1970, as everywhere.</summary>
public sealed record AuditLine(
    long Seq, long Id, long Timestamp, string Actor, string? ActorId, string? Via, string? Address, string? UserAgent, string Kind, string Subject,
    long? ExperimentId, long? ModelId, int? Version, JsonElement? Before, JsonElement? After, string Hash);
