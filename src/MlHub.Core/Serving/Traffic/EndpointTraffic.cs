using MlHub.Registry;

namespace MlHub.Serving.Traffic;

/// <summary>A running rule as requests meet it.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Kind">What it does.</param>
/// <param name="Version">Who answers, or is asked a copy.</param>
/// <param name="Percent">Of the requests.</param>
/// <param name="Limits">Of a canary.</param>
internal sealed record TrafficShare(long RuleId, TrafficKind Kind, RoutedVersion Version, double Percent, TrafficLimits? Limits);

/// <summary>What a canary is held against.</summary>
internal sealed record TrafficLimits(double? MostErrorPercent, double? MostMilliseconds, int LeastRequests);

/// <summary>The running rules of one endpoint. It is made anew with the routes of its model, and compared by reference.</summary>
internal sealed class EndpointTraffic
{
    private readonly TrafficShare?[] _bySlot = new TrafficShare?[TrafficSlots.Count];

    private EndpointTraffic(long modelId, string selector, IEnumerable<(TrafficShare Share, IReadOnlyList<SlotRange> Slots)> rules)
    {
        (ModelId, Selector) = (modelId, selector);
        foreach (var (share, slots) in rules)
        {
            (share.Kind == TrafficKind.Shadow ? Shadows : Shares).Add(share);
            foreach (var range in slots)
            {
                _bySlot.AsSpan(range.From..range.Until).Fill(share);
            }
        }
    }

    public long ModelId { get; }

    public string Selector { get; }

    /// <summary>Splits and canaries.</summary>
    public List<TrafficShare> Shares { get; } = [];

    public List<TrafficShare> Shadows { get; } = [];

    /// <summary>Null where the registry's version answers.</summary>
    public TrafficShare? At(int slot) => _bySlot[slot];

    /// <summary>By selector. A version that is archived, given up or not there has no share.</summary>
    public static Dictionary<string, EndpointTraffic> Of(long modelId, IEnumerable<TrafficRule> running, IReadOnlyDictionary<int, RoutedVersion> versions) => running
        .Where(r => versions.TryGetValue(r.Version, out var version) && version is { Failure: null, Stage: not Stage.Archived })
        .Select(r => (Rule: r, Share: new TrafficShare(r.Id, r.Kind, versions[r.Version], r.Percent, r.Kind == TrafficKind.Canary ? new(r.MostErrorPercent, r.MostMilliseconds, r.LeastRequests ?? 1) : null)))
        .GroupBy(r => r.Rule.Selector)
        .ToDictionary(g => g.Key, g => new EndpointTraffic(modelId, g.Key, g.Select(r => (r.Share, TrafficFindings.Of(r.Rule).Slots))), StringComparer.Ordinal);
}
