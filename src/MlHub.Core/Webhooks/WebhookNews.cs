using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Webhooks;

/// <summary>One thing that an event tells webhooks, with all that filters and bodies ask of it. An event may tell several, or none.</summary>
public sealed record WebhookNews(string Event, string Subject, long Seq, HubEvent Row, string? ModelName)
{
    /// <summary>What the event tells, read in the transaction that makes the deliveries.</summary>
    public static async Task<IReadOnlyList<WebhookNews>> ReadAsync(HubDb db, long seq, HubEvent row, CancellationToken cancel)
    {
        var model = await db.RegisteredModels.Where(m => m.Id == row.ModelId).Select(m => m.Name).FirstOrDefaultAsync(cancel);
        return row.Kind == EventKinds.VersionCreated ? [new(WebhookEvents.VersionCreated, row.Subject, seq, row, model)] : [];
    }

    /// <summary>An example, as tests send it and pages show it.</summary>
    public static WebhookNews ExampleOf(string @event, DateTimeOffset at, string? model = null) => new(
        @event, model ?? "price", 0, new() { At = at, Actor = "ana", Kind = @event, Subject = model ?? "price" }, model ?? "price");

    /// <summary>Whether the webhook asked for this: its events, its model, its filter. Not whether it is active.</summary>
    public bool IsFor(Webhook webhook) => webhook.Events.Contains(Event) && (webhook.ModelId is null || webhook.ModelId == Row.ModelId);

    /// <summary>The body as this webhook's receiver likes it, UTF-8 and no longer than <see cref="Limits.WebhookPayload"/>.</summary>
    public byte[] BodyFor(Webhook webhook) => JsonSerializer.SerializeToUtf8Bytes(new { type = Event, timestamp = Row.At, data = new { name = ModelName, version = Row.Version } });
}
