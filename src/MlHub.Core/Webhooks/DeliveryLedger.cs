using Microsoft.EntityFrameworkCore;

namespace MlHub.Webhooks;

/// <summary>A delivery that this node has in hand.</summary>
internal sealed record TakenDelivery(WebhookDelivery Delivery, Webhook Webhook, ReadyWebhook Ready);

/// <summary>What became of it; without a result nothing could be sent, since <paramref name="Obstacle"/> lies with the webhook itself.</summary>
internal sealed record EndedDelivery(TakenDelivery Taken, DateTimeOffset At, SendResult? Result, string? Obstacle = null);

/// <summary>
/// The deliveries in the database: which may be sent now, taking them for the length of a lease, and writing down what came of it. A lease is
/// the end of <see cref="WebhookDelivery.NextAt"/>, so that one comparison tells what is due, failed or forgotten by a node that died. Taking is an
/// update that asks again for what it found, so of two nodes only one gets a row.
/// </summary>
internal sealed class DeliveryLedger(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>Several times as long as an attempt may take.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>How long a failing delivery holds up those behind it where order is wanted.</summary>
    public static readonly TimeSpan HoldsUp = TimeSpan.FromMinutes(10);

    /// <summary>Gives back what nobody can be sending: after a restart of the only node, or where a clock that went wrong set the end of a lease.</summary>
    public Task FreeAsync(CancellationToken cancel) => hub.WriteStatementsAsync(
        db =>
        {
            var longest = hub.IsAlone ? DateTimeOffset.MinValue : clock.GetUtcNow() + (2 * Lease);
            return db.WebhookDeliveries.Where(d => d.Lease != null && d.State == DeliveryState.Waiting && d.NextAt > longest)
                .ExecuteUpdateAsync(d => d.SetProperty(x => x.NextAt, WebhookDelivery.AtOnce).SetProperty(x => x.Lease, (Guid?)null), cancel);
        },
        cancel);

    public async Task<List<ReadyWebhook>> ReadyAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        await using var db = hub.Open();
        return await db.Webhooks.Where(w => w.Status == WebhookStatus.Active && (w.PausedUntil == null || w.PausedUntil <= now))
            .Where(w => db.WebhookDeliveries.Any(d => d.WebhookId == w.Id && d.State == DeliveryState.Waiting && d.NextAt <= now))
            .Select(w => new ReadyWebhook(w.Id, w.IsOrdered, w.FailuresInARow, w.LastSuccessAt != null)).ToListAsync(cancel);
    }

    /// <summary>What these may send, in their order.</summary>
    /// <param name="busy">What this node has in hand, with its webhook: a clock that jumps may show it as due.</param>
    public async Task<Dictionary<long, ReadyWebhook>> DueAsync(IReadOnlyList<Turn> turns, IReadOnlyDictionary<long, long> busy, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var inHand = busy.Values.CountBy(w => w).ToDictionary();
        await using var db = hub.Open();
        Dictionary<long, ReadyWebhook> due = [];
        foreach (var (webhook, places) in turns)
        {
            var waiting = db.WebhookDeliveries.Where(d => d.WebhookId == webhook.Id && d.State == DeliveryState.Waiting);
            var found = webhook.IsOrdered
                ? await HeadAsync(waiting, now, cancel)
                : await waiting.Where(d => d.NextAt <= now).OrderBy(d => d.NextAt).ThenBy(d => d.Id).Select(d => d.Id).Take(places + inHand.GetValueOrDefault(webhook.Id)).ToListAsync(cancel);
            foreach (var id in found.Where(id => !busy.ContainsKey(id)).Take(places))
            {
                due[id] = webhook;
            }
        }

        return due;
    }

    /// <summary>Writes down what ended and takes what is due, in one transaction for all.</summary>
    public Task<List<TakenDelivery>> TurnAsync(IReadOnlyCollection<EndedDelivery> ended, IReadOnlyDictionary<long, ReadyWebhook> due, CancellationToken cancel) => hub.WriteStatementsAsync(
        async db =>
        {
            await new DeliveryMarks(db, clock.GetUtcNow(), cancel).WriteAsync(ended);
            return due.Count == 0 ? [] : await TakeAsync(db, due, cancel);
        },
        cancel);

    private async Task<List<TakenDelivery>> TakeAsync(HubDb db, IReadOnlyDictionary<long, ReadyWebhook> due, CancellationToken cancel)
    {
        var (now, lease) = (clock.GetUtcNow(), Guid.CreateVersion7());
        var until = now + Lease;
        List<long> ids = [];
        foreach (var (id, webhook) in due)
        {
            // No other node may try the same receiver with another delivery.
            if (!webhook.IsProbe || await db.Webhooks.Where(w => w.Id == webhook.Id && (w.PausedUntil == null || w.PausedUntil <= now)).ExecuteUpdateAsync(w => w.SetProperty(x => x.PausedUntil, until), cancel) == 1)
            {
                ids.Add(id);
            }
        }

        await db.WebhookDeliveries.Where(d => ids.Contains(d.Id) && d.State == DeliveryState.Waiting && d.NextAt <= now)
            .ExecuteUpdateAsync(d => d.SetProperty(x => x.NextAt, until).SetProperty(x => x.Lease, lease), cancel);
        var taken = await db.WebhookDeliveries.AsNoTracking().Where(d => ids.Contains(d.Id) && d.Lease == lease).OrderBy(d => d.Id).ToListAsync(cancel);
        var theirs = taken.Select(d => d.WebhookId).Distinct().ToList();
        var webhooks = await db.Webhooks.AsNoTracking().Where(w => theirs.Contains(w.Id)).ToDictionaryAsync(w => w.Id, cancel);
        return taken.ConvertAll(d => new TakenDelivery(d, webhooks[d.WebhookId], due[d.Id]));
    }

    /// <summary>The oldest, if it is due; a younger one only where the oldest has failed for too long.</summary>
    private static async Task<List<long>> HeadAsync(IQueryable<WebhookDelivery> waiting, DateTimeOffset now, CancellationToken cancel)
    {
        var heldSince = now - HoldsUp;
        var head = await waiting.Where(d => d.NextAt <= now || d.CreatedAt > heldSince).OrderBy(d => d.Id).Select(d => new { d.Id, d.NextAt }).FirstOrDefaultAsync(cancel);
        return head is { } first && first.NextAt <= now ? [first.Id] : [];
    }
}
