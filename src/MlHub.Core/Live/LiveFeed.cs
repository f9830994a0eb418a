using System.Collections.Concurrent;

namespace MlHub.Live;

/// <summary>
/// Tells open pages that something they show has changed. It carries no data: a page reads again what it shows, so
/// permissions are applied again and a lost or doubled notice does no harm. Announcing never waits for a page.
/// </summary>
public sealed class LiveFeed(TimeProvider clock)
{
    /// <summary>A page is told at most four times a second, however much is logged.</summary>
    public static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(250);

    private readonly ConcurrentDictionary<string, LiveSubscription[]> _byTopic = new();

    public IDisposable Subscribe(string topic, Func<Task> onChange)
    {
        var subscription = new LiveSubscription(onChange, Pace, clock, s => Remove(topic, s));
        _byTopic.AddOrUpdate(topic, _ => [subscription], (_, others) => [.. others, subscription]);
        return subscription;
    }

    public void Announce(string topic)
    {
        if (_byTopic.TryGetValue(topic, out var subscriptions))
        {
            foreach (var subscription in subscriptions)
            {
                subscription.Tell();
            }
        }
    }

    private void Remove(string topic, LiveSubscription gone)
    {
        while (_byTopic.TryGetValue(topic, out var present))
        {
            LiveSubscription[] left = [.. present.Where(s => s != gone)];
            if (left.Length == 0 ? _byTopic.TryRemove(new(topic, present)) : _byTopic.TryUpdate(topic, left, present))
            {
                return;
            }
        }
    }
}
