using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;

namespace MlHub.Webhooks;

/// <summary>Sends an example to a receiver, at once and only once. It is in no delivery log, but in the audit.</summary>
public sealed class WebhookTests(HubDbFactory hub, IWebhookSender sender, ISecretBox box, WebhookCallRate rate, WebhookLinks links, TimeProvider clock)
{
    /// <param name="event">One of the webhook's events; null for its first.</param>
    /// <returns>What the receiver answered: for those who manage the webhook only.</returns>
    /// <exception cref="HubException">Invalid for an event that is not the webhook's; TooManyRequests; Conflict where its secret cannot be read.</exception>
    public async Task<SendResult> SendAsync(Caller caller, string webhookId, string? @event, CancellationToken cancel)
    {
        Webhook webhook;
        string? model;
        await using (var db = hub.Open())
        {
            webhook = await db.WebhookAsync(caller, webhookId, cancel);
            model = await db.RegisteredModels.Where(m => m.Id == webhook.ModelId).Select(m => m.Name).FirstOrDefaultAsync(cancel);
        }

        if (@event is not null && !webhook.Events.Contains(@event))
        {
            throw HubException.Invalid("Invalid value for parameter 'event' supplied: it is none of the webhook's events.");
        }

        rate.Require(webhook.Id);
        var result = await sender.SendAsync(Example(webhook, @event ?? webhook.Events[0], model), cancel);
        await hub.WriteAsync(
            db =>
            {
                db.Record(HubEvent.Of(
                    caller, clock.GetUtcNow(), EventKinds.WebhookTested, webhook.PublicId, modelId: webhook.ModelId, after: new { name = webhook.Name, status = result.Status, error = result.Error }));
                return Task.CompletedTask;
            },
            cancel);
        return result;
    }

    private OutgoingMessage Example(Webhook webhook, string name, string? model)
    {
        var now = clock.GetUtcNow();
        var news = WebhookNews.ExampleOf(name, now, model);
        var delivery = new WebhookDelivery
        {
            WebhookId = webhook.Id,
            MessageId = MessageIds.New(now),
            Event = name,
            Subject = news.Subject,
            Body = news.BodyFor(webhook, links),
            CreatedAt = now,
            State = DeliveryState.Waiting,
            Attempts = 0,
            NextAt = now,
        };
        try
        {
            return OutgoingMessages.Of(webhook, delivery, box, now);
        }
        catch (CryptographicException)
        {
            throw HubException.Conflict("The webhook's secret cannot be read any more. Set it anew.");
        }
    }
}
