using System.Collections.Concurrent;

namespace MlHub.Webhooks;

/// <summary>Bounds how often people make MlHub call a receiver, so that a webhook is no tool for flooding somebody.</summary>
public sealed class WebhookCallRate(TimeProvider clock)
{
    private static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<long, Queue<DateTimeOffset>> _calls = new();

    /// <exception cref="HubException">TooManyRequests beyond <see cref="Limits.WebhookCallsPerMinute"/>.</exception>
    public void Require(long webhookId)
    {
        var (now, calls) = (clock.GetUtcNow(), _calls.GetOrAdd(webhookId, _ => new()));
        lock (calls)
        {
            while (calls.TryPeek(out var first) && (first <= now - Window || first > now))
            {
                calls.Dequeue();
            }

            if (calls.Count >= Limits.WebhookCallsPerMinute)
            {
                throw new HubException(HubError.TooManyRequests, $"A webhook is tested or sent again by hand at most {Limits.WebhookCallsPerMinute} times a minute. Wait a little.");
            }

            calls.Enqueue(now);
        }
    }
}
