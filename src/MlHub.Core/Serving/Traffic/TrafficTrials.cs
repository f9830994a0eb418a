using System.Collections.Concurrent;

namespace MlHub.Serving.Traffic;

/// <summary>Keeps the numbers of all running splits and canaries on this node, and takes a canary back in the moment in which it is beyond its limits.</summary>
internal sealed class TrafficTrials(TimeProvider clock) : ICallListener
{
    private readonly ConcurrentDictionary<(long ModelId, string Selector), EndpointTrials> _byEndpoint = new();
    private readonly Lock _gate = new();

    /// <summary>Is told that a canary was taken back here, which is not written down yet.</summary>
    public event Action? TakenBack;

    public IEnumerable<TrafficTrial> All => _byEndpoint.Values.SelectMany(e => e.Trials);

    public TrafficTrial? OfOrNull(long ruleId) => All.FirstOrDefault(t => t.Share.RuleId == ruleId);

    /// <summary>The trial of a rule; from now on requests to its endpoint are counted.</summary>
    public TrafficTrial? Of(EndpointTraffic traffic, TrafficShare? share)
    {
        var trials = On(traffic).Trials;
        return share is null ? null : Array.Find(trials, t => t.Share.RuleId == share.RuleId);
    }

    /// <summary>Forgets the rules that ended.</summary>
    public void Keep(IReadOnlySet<long> running)
    {
        foreach (var known in _byEndpoint.Where(e => !e.Value.Trials.Any(t => running.Contains(t.Share.RuleId))).ToList())
        {
            _byEndpoint.TryRemove(known);
        }
    }

    public void Hear(AnsweredCall call)
    {
        if (!_byEndpoint.TryGetValue((call.Target.ModelId, call.Target.Selector), out var endpoint))
        {
            return;
        }

        if (Array.Find(endpoint.Trials, t => t.Share.Version.Id == call.Target.VersionId) is { } own)
        {
            if (own.Hear(call))
            {
                TakenBack?.Invoke();
            }

            return;
        }

        foreach (var trial in endpoint.Trials)
        {
            trial.Present.Add(call.Status, call.Elapsed);
        }
    }

    private EndpointTrials On(EndpointTraffic traffic)
    {
        var key = (traffic.ModelId, traffic.Selector);
        if (_byEndpoint.TryGetValue(key, out var known) && known.Traffic == traffic)
        {
            return known;
        }

        lock (_gate)
        {
            // Another share is the same trial; other limits are another.
            var before = _byEndpoint.GetValueOrDefault(key)?.Trials ?? [];
            return _byEndpoint[key] = new(traffic, [.. traffic.Shares.Select(s =>
                Array.Find(before, t => t.Share.RuleId == s.RuleId && t.Share.Limits == s.Limits) ?? new TrafficTrial(s, clock))]);
        }
    }

    private sealed record EndpointTrials(EndpointTraffic Traffic, TrafficTrial[] Trials);
}
