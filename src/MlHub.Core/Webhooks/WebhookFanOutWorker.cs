using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MlHub.Events;

namespace MlHub.Webhooks;

/// <summary>Makes a delivery for each webhook that asked for what the chain tells.</summary>
public sealed class WebhookFanOutWorker(HubDbFactory hub, EventSignal signal, WebhookLinks links, TimeProvider clock, ILogger<WebhookFanOutWorker> logger)
    : ChainListener(hub, signal, Listener, "Deliveries to webhooks could not be made", logger)
{
    /// <summary>Its place is made by the migration that made webhooks.</summary>
    public const string Listener = "webhooks";
    private const int Batch = 100, DeliveriesAtOnce = 1000;

    private readonly HubDbFactory _hub = hub;

    protected override Task<bool> TellBatchAsync(CancellationToken cancel) => _hub.WriteStatementsAsync(db => TellAsync(db, cancel), cancel);

    private async Task<bool> TellAsync(HubDb db, CancellationToken cancel)
    {
        // Whoever else is about to tell the same waits here, and then sees that it is done.
        await db.ListenerPositions.Where(p => p.Listener == Listener).ExecuteUpdateAsync(p => p.SetProperty(x => x.Seq, x => x.Seq), cancel);
        var position = await db.ListenerPositions.SingleAsync(p => p.Listener == Listener, cancel);
        var told = position.Seq;
        var webhooks = await db.Webhooks.Where(w => w.Status == WebhookStatus.Active).ToListAsync(cancel);
        if (webhooks.Count == 0)
        {
            position.Seq = (await db.HeadOrNullAsync(cancel))?.Seq ?? told;
            return false;
        }

        var news = await db.Chain().Where(l => l.Link.Seq > told).Take(Batch).ToListAsync(cancel);
        var owners = new WebhookOwners(db, cancel);
        var made = 0;
        foreach (var (link, row) in news)
        {
            foreach (var item in row is null ? [] : await WebhookNews.ReadAsync(db, link.Seq, row, cancel))
            {
                foreach (var webhook in webhooks.Where(w => w.Status == WebhookStatus.Active && link.Seq > w.SinceSeq && item.IsFor(w)))
                {
                    made += await TellAsync(db, owners, item, webhook);
                }
            }

            position.Seq = link.Seq;
            if (made >= DeliveriesAtOnce)
            {
                return true;
            }
        }

        position.Seq = news.Count == 0 ? told : news[^1].Link.Seq;
        return news.Count == Batch;
    }

    private async Task<int> TellAsync(HubDb db, WebhookOwners owners, WebhookNews news, Webhook webhook)
    {
        var now = clock.GetUtcNow();
        if (await owners.ObjectionOrNullAsync(webhook) is { } objection)
        {
            db.Disable(webhook, now, objection);
            return 0;
        }

        db.Add(new WebhookDelivery
        {
            WebhookId = webhook.Id,
            Seq = news.Seq,
            MessageId = MessageIds.New(now),
            Event = news.Event,
            Subject = news.Subject,
            Body = news.BodyFor(webhook, links),
            CreatedAt = now,
            State = DeliveryState.Waiting,
            Attempts = 0,
            NextAt = WebhookDelivery.AtOnce,
        });
        return 1;
    }
}
