using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Webhooks;

namespace MlHub.Web.Tests.Api;

/// <summary>The rows of <see cref="CallTable"/> for webhooks. Their address leads nowhere.</summary>
public static class WebhookCalls
{
    private const string Url = "https://nowhere.invalid/hook";

    public static readonly Dictionary<string, Func<CallTable.Target, CallTable.Sample>> Rows = new()
    {
        ["POST mlflow/webhooks"] = t => new(Body: new { name = "hook", url = Url, events = Created }, Stranger: 403),
        ["GET mlflow/webhooks"] = t => new(Stranger: 403),
        ["GET mlflow/webhooks/{id}"] = t => OfMlflow(t),
        ["PATCH mlflow/webhooks/{id}"] = t => OfMlflow(t, new { name = "stolen" }),
        ["DELETE mlflow/webhooks/{id}"] = t => OfMlflow(t),
        ["POST mlflow/webhooks/{id}/test"] = t => OfMlflow(t, new { }),

        ["POST mlflow/registry-webhooks/create"] = t => new(Body: new { model_name = t.Model, events = new[] { "MODEL_VERSION_CREATED" }, http_url_spec = new { url = Url } }),
        ["GET mlflow/registry-webhooks/list"] = t => new($"?model_name={t.Model}"),
        ["PATCH mlflow/registry-webhooks/update"] = t => new(Body: new { id = t.Webhook, description = "stolen" }) { Given = With(t, WebhookFamily.Databricks) },
        ["DELETE mlflow/registry-webhooks/delete"] = t => new($"?id={t.Webhook}") { Given = With(t, WebhookFamily.Databricks) },
        ["POST mlflow/registry-webhooks/test"] = t => new(Body: new { id = t.Webhook }) { Given = With(t, WebhookFamily.Databricks) },

        ["POST mlhub/webhooks/create"] = t => new(Body: new { model_name = t.Model, name = "stolen", url = Url, events = new[] { "model_version.created" } }),
        ["GET mlhub/webhooks/get"] = t => new($"?id={t.Webhook}") { Given = With(t, WebhookFamily.Hub) },
        ["GET mlhub/webhooks/list"] = t => new($"?model_name={t.Model}"),
        ["PATCH mlhub/webhooks/update"] = t => new(Body: new { id = t.Webhook, name = "stolen" }) { Given = With(t, WebhookFamily.Hub) },
        ["DELETE mlhub/webhooks/delete"] = t => new($"?id={t.Webhook}") { Given = With(t, WebhookFamily.Hub) },
        ["POST mlhub/webhooks/test"] = t => new(Body: new { id = t.Webhook }) { Given = With(t, WebhookFamily.Hub) },
        ["POST mlhub/webhooks/rotate-secret"] = t => new(Body: new { id = t.Webhook }) { Given = With(t, WebhookFamily.Hub) },
        ["GET mlhub/webhooks/deliveries"] = t => new($"?id={t.Webhook}") { Given = With(t, WebhookFamily.Hub) },
        ["GET mlhub/webhooks/delivery"] = t => new($"?id={t.Webhook}&delivery_id={Delivery(t)}") { Given = With(t, WebhookFamily.Hub) },
        ["POST mlhub/webhooks/redeliver"] = t => new(Body: new { id = t.Webhook, delivery_id = $"{Delivery(t)}" }) { Given = With(t, WebhookFamily.Hub) },
        ["POST mlhub/webhooks/redeliver-failed"] = t => new(Body: new { id = t.Webhook, since = 0 }) { Given = With(t, WebhookFamily.Hub) },
    };

    private static object[] Created => [new { entity = "MODEL_VERSION", action = "CREATED" }];

    private static CallTable.Sample OfMlflow(CallTable.Target target, object? body = null) => new(Body: body, Stranger: 403) { Given = With(target, WebhookFamily.Mlflow, isOfHub: true) };

    /// <summary>The number of its one delivery.</summary>
    public static long Delivery(CallTable.Target target) => long.Parse(target.Webhook[..10], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static Func<SharedHub, Task> With(CallTable.Target target, WebhookFamily family, bool isOfHub = false) => hub => GivenAsync(hub, target, family, isOfHub);

    /// <summary>The target's webhook with its one delivery, of its model unless it is of the hub.</summary>
    public static async Task GivenAsync(SharedHub hub, CallTable.Target target, WebhookFamily family = WebhookFamily.Hub, bool isOfHub = false)
    {
        await using var db = hub.Open();
        if (await db.Webhooks.AnyAsync(w => w.PublicId == target.Webhook))
        {
            return;
        }

        var now = DateTimeOffset.UtcNow;
        var hook = new Webhook
        {
            PublicId = target.Webhook,
            Family = family,
            Target = family == WebhookFamily.Databricks ? WebhookTarget.Databricks : WebhookTarget.Mlflow,
            Name = "secret hook",
            Url = Url,
            Status = WebhookStatus.Active,
            Events = [family == WebhookFamily.Databricks ? DatabricksEvents.VersionCreated : WebhookEvents.VersionCreated],
            ModelId = isOfHub ? null : await db.RegisteredModels.Where(m => m.Name == target.Model).Select(m => m.Id).SingleAsync(),
            OwnerId = hub.AnnAsCaller.Id,
            CreatedAt = now,
            UpdatedAt = now,
            SinceSeq = long.MaxValue,
        };
        db.Add(hook);
        await db.SaveChangesAsync();
        db.Add(new WebhookDelivery
        {
            Id = Delivery(target),
            WebhookId = hook.Id,
            MessageId = $"msg_{target.Webhook[..26]}",
            Event = hook.Events[0],
            Subject = "secret/1",
            Body = "{}"u8.ToArray(),
            CreatedAt = now,
            State = DeliveryState.Failed,
            Attempts = 10,
            NextAt = now,
        });
        await db.SaveChangesAsync();
    }
}
