using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;

namespace MlHub.Webhooks;

/// <summary>Which deliveries to list; what is null is not asked for.</summary>
/// <param name="Status">The last attempt's.</param>
public sealed record DeliverySearch(DeliveryState? State = null, string? Event = null, DateTimeOffset? From = null, DateTimeOffset? To = null, int? Status = null);

/// <summary>A delivery without its body.</summary>
public sealed record DeliveryLine(
    long Id, string MessageId, string Event, string Subject, long? Seq, DateTimeOffset CreatedAt, DeliveryState State, bool IsUnderWay, int Attempts, DateTimeOffset NextAt,
    DateTimeOffset? FinishedAt, int? LastStatus);

/// <summary>A delivery with its newest attempts, the oldest of them first.</summary>
public sealed record DeliveryDetails(WebhookDelivery Delivery, IReadOnlyList<DeliveryAttempt> Attempts);

/// <summary>What was and will be sent to a webhook, for those who manage it.</summary>
public sealed class WebhookDeliveries(HubDbFactory hub, EventSignal signal, WebhookCallRate rate, TimeProvider clock)
{
    /// <summary>Newest first.</summary>
    public async Task<Page<DeliveryLine>> ListAsync(Caller caller, string webhookId, DeliverySearch search, int max, string? pageToken, CancellationToken cancel)
    {
        if (max is < 1 or > Limits.DeliveriesPage)
        {
            throw HubException.Invalid($"Invalid value for parameter 'max_results' supplied: It must be at least 1 and at most {Limits.DeliveriesPage}.");
        }

        var before = string.IsNullOrEmpty(pageToken) ? long.MaxValue : Parse(pageToken);
        await using var db = hub.Open();
        var webhook = await db.WebhookAsync(caller, webhookId, cancel);
        var lines = await Matching(db.WebhookDeliveries.Where(d => d.WebhookId == webhook.Id && d.Id < before), search).OrderByDescending(d => d.Id).Take(max + 1)
            .Select(d => new DeliveryLine(d.Id, d.MessageId, d.Event, d.Subject, d.Seq, d.CreatedAt, d.State, d.Lease != null, d.Attempts, d.NextAt, d.FinishedAt, d.LastStatus))
            .ToListAsync(cancel);
        return lines.Count <= max ? new(lines, null) : new(lines[..max], lines[max - 1].Id.ToString(CultureInfo.InvariantCulture));
    }

    /// <exception cref="HubException">NotFound where there is none, or it is another webhook's.</exception>
    public async Task<DeliveryDetails> GetAsync(Caller caller, string webhookId, long id, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var webhook = await db.WebhookAsync(caller, webhookId, cancel);
        var delivery = await db.WebhookDeliveries.AsNoTracking().FirstOrDefaultAsync(d => d.WebhookId == webhook.Id && d.Id == id, cancel) ?? throw Unknown(id);
        var attempts = await db.DeliveryAttempts.AsNoTracking().Where(a => a.DeliveryId == id).OrderByDescending(a => a.At).ThenByDescending(a => a.Id)
            .Take(Limits.AttemptsShown).ToListAsync(cancel);
        attempts.Reverse();
        return new(delivery, attempts);
    }

    /// <summary>Sends one again, whatever became of it, under the same id.</summary>
    /// <exception cref="HubException">Conflict while it is under way or the webhook is not active; TooManyRequests.</exception>
    public async Task SendAgainAsync(Caller caller, string webhookId, long id, CancellationToken cancel)
    {
        await hub.WriteAsync(
            async db =>
            {
                var webhook = await ActiveAsync(db, caller, webhookId, cancel);
                var delivery = await db.WebhookDeliveries.Where(d => d.WebhookId == webhook.Id && d.Id == id).Select(d => new { d.Lease }).FirstOrDefaultAsync(cancel) ?? throw Unknown(id);
                if (delivery.Lease is not null)
                {
                    throw HubException.Conflict("The delivery is being sent now.");
                }

                rate.Require(webhook.Id);
                await QueueAsync(db, caller, webhook, d => d.Id == id, cancel);
            },
            cancel);
        signal.Raise();
    }

    /// <summary>Sends again what failed for good since then, the oldest first; as many as were queued.</summary>
    public async Task<int> SendFailedAgainAsync(Caller caller, string webhookId, DateTimeOffset since, CancellationToken cancel)
    {
        var queued = await hub.WriteAsync(
            async db =>
            {
                var webhook = await ActiveAsync(db, caller, webhookId, cancel);
                rate.Require(webhook.Id);
                return await QueueAsync(db, caller, webhook, d => d.State == DeliveryState.Failed && d.CreatedAt >= since, cancel);
            },
            cancel);
        signal.Raise();
        return queued;
    }

    private static async Task<Webhook> ActiveAsync(HubDb db, Caller caller, string webhookId, CancellationToken cancel)
    {
        var webhook = await db.WebhookAsync(caller, webhookId, cancel);
        return webhook.Status == WebhookStatus.Active ? webhook : throw HubException.Conflict("The webhook is not active, so it sends nothing. Enable it first.");
    }

    private async Task<int> QueueAsync(
        HubDb db, Caller caller, Webhook webhook, System.Linq.Expressions.Expression<Func<WebhookDelivery, bool>> which, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var queued = await db.WebhookDeliveries.Where(d => d.WebhookId == webhook.Id && d.Lease == null).Where(which).ExecuteUpdateAsync(
            d => d.SetProperty(x => x.State, DeliveryState.Waiting).SetProperty(x => x.Attempts, 0).SetProperty(x => x.NextAt, WebhookDelivery.AtOnce)
                .SetProperty(x => x.FinishedAt, (DateTimeOffset?)null),
            cancel);
        // Whoever sends again has mended the receiver, or wants to know: an open circuit lets a probe through.
        webhook.PausedUntil = webhook.PausedUntil is null ? null : now;
        db.Record(HubEvent.Of(caller, now, EventKinds.WebhookRedelivered, webhook.PublicId, modelId: webhook.ModelId, after: new { name = webhook.Name, deliveries = queued }));
        return queued;
    }

    private static IQueryable<WebhookDelivery> Matching(IQueryable<WebhookDelivery> deliveries, DeliverySearch search)
    {
        if (search.State is { } state)
        {
            deliveries = deliveries.Where(d => d.State == state);
        }

        if (search.Event is { } name)
        {
            deliveries = deliveries.Where(d => d.Event == name);
        }

        if (search.From is { } from)
        {
            deliveries = deliveries.Where(d => d.CreatedAt >= from);
        }

        if (search.To is { } to)
        {
            deliveries = deliveries.Where(d => d.CreatedAt <= to);
        }

        return search.Status is { } status ? deliveries.Where(d => d.LastStatus == status) : deliveries;
    }

    private static HubException Unknown(long id) => HubException.NotFound($"Delivery with id={id.ToString(CultureInfo.InvariantCulture)} not found");

    private static long Parse(string pageToken) =>
        long.TryParse(pageToken, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw HubException.Invalid("Invalid value for parameter 'page_token' supplied: It is no page token of this list.");
}
