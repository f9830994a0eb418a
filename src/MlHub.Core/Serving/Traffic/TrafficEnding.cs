using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Serving.Traffic;

/// <summary>The one place where a rule ends.</summary>
internal static class TrafficEnding
{
    public static void End(
        this HubDb db, Caller caller, RegisteredModel model, TrafficRule rule, TrafficState state, string reason, TrafficFindings findings, DateTimeOffset now)
    {
        (rule.State, rule.EndedAt, rule.FindingsJson) = (state, now, findings.ToJson());
        rule.Reason = reason.Length > Limits.ServingReason ? reason[..Limits.ServingReason] : reason;
        db.Record(caller, now, state == TrafficState.RolledBack ? EventKinds.CanaryRolledBack : EventKinds.TrafficEnded, model, rule.Version, after: new
        {
            rule.Id,
            endpoint = rule.Selector,
            kind = rule.Kind.ToString(),
            rule.Percent,
            rule.Reason,
        });
    }
}
