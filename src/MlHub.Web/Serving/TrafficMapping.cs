using MlHub.Protocol.Serving;
using MlHub.Serving.Traffic;

namespace MlHub.Web.Serving;

/// <summary>Between rules of traffic and their messages.</summary>
public static class TrafficMapping
{
    public static TrafficResponse ToMessage(this TrafficReport report, string name) => new(
        name,
        [.. report.Endpoints.Select(e => new EndpointTrafficMessage(e.Selector, $"{e.Version}", e.PresentPercent, [.. e.Rules.Select(ToMessage)]))],
        [.. report.Ended.Select(ToMessage)]);

    /// <exception cref="HubException">Invalid.</exception>
    public static TrafficKind ToKind(string kind) => Enum.GetValues<TrafficKind>().Where(k => k.ToString().Equals(kind, StringComparison.OrdinalIgnoreCase)).Cast<TrafficKind?>().FirstOrDefault()
        ?? throw HubException.Invalid("Invalid value for parameter 'kind' supplied: It must be SPLIT, CANARY or SHADOW.");

    private static TrafficRuleMessage ToMessage(TrafficEntry entry) => new(
        entry.Rule.Id, entry.Rule.Selector, entry.Rule.Kind.ToString().ToUpperInvariant(), $"{entry.Rule.Version}", entry.Rule.Percent, entry.Rule.MostErrorPercent, entry.Rule.MostMilliseconds,
        entry.Rule.LeastRequests, entry.Rule.State == TrafficState.RolledBack ? "ROLLED_BACK" : entry.Rule.State.ToString().ToUpperInvariant(), entry.Rule.Reason, entry.By,
        entry.Rule.CreatedAt.ToUnixTimeMilliseconds(), entry.Rule.EndedAt?.ToUnixTimeMilliseconds(), entry.IsReady, ToMessage(entry.Candidate), ToMessage(entry.Present), ToMessage(entry.Shadow));

    private static TrafficSideMessage? ToMessage(SideNumbers? side) => side is null ? null : new(side.Requests, side.Recent, side.Failed, side.Refused, side.P50, side.P95);

    private static ShadowMessage? ToMessage(ShadowFindings? found) => found is null ? null : new(
        found.Compared, found.Same, found.Close, found.Different, found.Failed, found.Dropped, found.Failure,
        [.. found.Largest.Select(d => new AnswerDifferenceMessage(d.Path, d.Present, d.Candidate, d.Size))],
        ShadowFindings.At(found.PresentTimes, 0.5), ShadowFindings.At(found.PresentTimes, 0.95), ShadowFindings.At(found.CandidateTimes, 0.5), ShadowFindings.At(found.CandidateTimes, 0.95));
}
