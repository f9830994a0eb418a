using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Webhooks;

/// <summary>Who may have to do with a webhook: who manages its model; administrators with those of the whole hub, and with all.</summary>
internal static class WebhookAccess
{
    /// <summary>Those that the caller may see, which are those that they may change.</summary>
    public static IQueryable<Webhook> ManagedBy(this IQueryable<Webhook> webhooks, HubDb db, Caller caller) =>
        caller.IsAdmin
            ? webhooks
            : webhooks.Where(w => w.ModelId != null && db.GrantsOf(caller).Any(g => (g.ModelId == null || g.ModelId == w.ModelId) && g.Permission >= RegistryPermission.Manage));

    /// <summary>Loads one, with its model's name.</summary>
    /// <param name="family">Of this API alone; null for any.</param>
    /// <exception cref="HubException">NotFound where there is none, or none that the caller may see.</exception>
    public static async Task<FoundWebhook> WebhookAsync(this HubDb db, Caller caller, WebhookFamily? family, string id, CancellationToken cancel)
    {
        var found = await db.Webhooks.ManagedBy(db, caller).Where(w => w.PublicId == id && (family == null || w.Family == family))
            .Select(w => new { Hook = w, Model = db.RegisteredModels.Where(m => m.Id == w.ModelId).Select(m => m.Name).FirstOrDefault() })
            .FirstOrDefaultAsync(cancel);
        return found is null ? throw HubException.NotFound($"Webhook with ID {LogRules.Shown(id)} not found.") : new(found.Hook, found.Model);
    }

    /// <summary>The model that a new webhook is for; null for the whole hub.</summary>
    /// <exception cref="HubException">NotFound or Denied.</exception>
    public static async Task<RegisteredModel?> PlaceAsync(this HubDb db, Caller caller, string? model, CancellationToken cancel)
    {
        if (model is not null)
        {
            return await db.ModelAsync(caller, model, RegistryPermission.Manage, cancel);
        }

        caller.RequireAdmin();
        return null;
    }
}

/// <summary>A webhook, and the name of its model; null where it is the whole hub's.</summary>
public sealed record FoundWebhook(Webhook Hook, string? Model);
