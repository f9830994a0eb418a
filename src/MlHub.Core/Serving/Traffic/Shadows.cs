using System.Collections.Concurrent;

namespace MlHub.Serving.Traffic;

/// <summary>The shadows of all endpoints on this node. They ask the workers themselves, so that what they ask counts as nobody's request.</summary>
internal sealed class Shadows(Scorers scorers) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<long, ShadowQueue> _byRule = new();

    public void Offer(TrafficShare share, ShadowCopy copy) => _byRule.GetOrAdd(share.RuleId, _ => new(() => scorers.Of(share.Version))).Offer(copy);

    public ShadowQueue? OfOrNull(long ruleId) => _byRule.GetValueOrDefault(ruleId);

    /// <summary>Ends those of rules that ended.</summary>
    public async Task KeepAsync(IReadOnlySet<long> running)
    {
        foreach (var ended in _byRule.Keys.Where(id => !running.Contains(id)).ToList())
        {
            if (_byRule.TryRemove(ended, out var queue))
            {
                await queue.DisposeAsync();
            }
        }
    }

    public async ValueTask DisposeAsync() => await KeepAsync(new HashSet<long>());
}
