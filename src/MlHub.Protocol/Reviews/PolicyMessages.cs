using System.Text.Json.Serialization;
using MlHub.Protocol.Json;
using MlHub.Protocol.Tracking;

namespace MlHub.Protocol.Reviews;

// MlHub's own calls: mlhub/policies/* and the verdict of an open request.

public sealed record StageRequest(string? Name, string? Stage);

public sealed record SetPolicyRequest(string? Name, string? Stage, PolicyMessage? Policy);

public sealed record PolicyResponse(PolicyMessage Policy);

public sealed record PoliciesResponse(List<StagePolicyMessage>? Policies);

public sealed record StagePolicyMessage(string Stage, string UserId, long LastUpdatedTimestamp, PolicyMessage Policy);

/// <summary>What is absent asks for nothing.</summary>
public sealed record PolicyMessage(
    long? Approvals, bool? FourEyes, ApproversMessage? Approvers, List<TagMessage>? RequiredTags, List<RequiredCheckMessage>? RequiredChecks,
    List<string>? BuiltInChecks, List<FreezeWindowMessage>? FreezeWindows, List<WeeklyFreezeMessage>? WeeklyFreezes,
    double? MetricTolerance, List<MetricRuleMessage>? Metrics, bool? AllowRemovedInputs);

public sealed record ApproversMessage(List<string>? Users, List<string>? Groups);

public sealed record RequiredCheckMessage(string? Name, string? Reporter);

/// <summary>Milliseconds since 1970.</summary>
public sealed record FreezeWindowMessage(long? From, long? Until, string? Reason);

/// <summary>Days in English; times of the day in UTC as <c>HH:mm</c>.</summary>
public sealed record WeeklyFreezeMessage(List<string>? Days, string? From, string? Until, string? Reason);

public sealed record MetricRuleMessage(string? Metric, bool? LowerIsBetter, double? Tolerance);

public sealed record VerdictRequest(string? Name, [property: JsonConverter(typeof(LenientText))] string? Version, string? Stage);

public sealed record VerdictResponse(bool Met, List<RuleMessage>? Rules);

public sealed record RuleMessage(string Rule, bool Met, string Detail);
