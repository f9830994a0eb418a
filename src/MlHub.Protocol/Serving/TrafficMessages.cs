namespace MlHub.Protocol.Serving;

// MlHub's own calls: mlhub/serving/traffic, mlhub/serving/traffic/* and mlhub/serving/rollback.

/// <summary>
/// The endpoint is Production, Staging or an alias with an @ before it; the kind SPLIT, CANARY or SHADOW. The limits are a canary's. A reason to override sets the
/// stage's policy aside, for whoever manages the model.
/// </summary>
public sealed record SetTrafficRequest(
    string? Name, string? Endpoint, string? Kind, string? Version, double? Percent, double? MaxErrorPercent, double? MaxLatencyMs, int? MinRequests, string? OverrideReason);

public sealed record EndTrafficRequest(string? Name, long? Id);

public sealed record TrafficResponse(string Name, List<EndpointTrafficMessage> Endpoints, List<TrafficRuleMessage> Ended);

/// <summary>The version is the registry's, the percentage what running rules leave it.</summary>
public sealed record EndpointTrafficMessage(string Name, string Version, double Percent, List<TrafficRuleMessage> Rules);

/// <summary>The state is RUNNING, ENDED or ROLLED_BACK. A candidate that is not ready has no share yet. Times are in milliseconds since 1970.</summary>
public sealed record TrafficRuleMessage(
    long Id, string Endpoint, string Kind, string Version, double Percent, double? MaxErrorPercent, double? MaxLatencyMs, int? MinRequests, string State, string? Reason,
    string? CreatedBy, long CreatedAt, long? EndedAt, bool Ready, TrafficSideMessage? Candidate, TrafficSideMessage? Present, ShadowMessage? Shadow);

/// <summary>Requests since the rule began, on this node; the other numbers are of the recent ones among them.</summary>
public sealed record TrafficSideMessage(long Requests, int Recent, int Failed, int Refused, double P50Ms, double P95Ms);

/// <summary>How the answers of a shadow compare with what callers were told. Close ones differ by a thousandth at most.</summary>
public sealed record ShadowMessage(
    long Compared, long Same, long Close, long Different, long Failed, long Dropped, string? Failure, List<AnswerDifferenceMessage> Largest,
    double PresentP50Ms, double PresentP95Ms, double CandidateP50Ms, double CandidateP95Ms);

/// <summary>The difference is a share of the larger number, 2 where they are no numbers.</summary>
public sealed record AnswerDifferenceMessage(string Path, string Present, string Candidate, double Difference);

public sealed record RollbackRequest(string? Name, string? Stage, string? Reason);

/// <summary>The version that is in the stage again, the one that it took the place of, and the rules of the stage that it does not meet today.</summary>
public sealed record RollbackResponse(string Name, string Stage, string Version, string Replaced, List<string> Warnings);
