using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;

namespace MlHub.Webhooks;

/// <summary>The one place that decides who may see and change webhooks: who manages the model, and administrators those of the whole hub.</summary>
public static class WebhookAccess
{
    /// <summary>Those that the caller may see; nothing else may be listed or counted.</summary>
    public static IQueryable<Webhook> ManagedBy(this IQueryable<Webhook> webhooks, HubDb db, Caller caller) =>
        caller.IsAdmin
            ? webhooks
            : webhooks.Where(w => w.ModelId != null && db.GrantsOf(caller).Any(g => (g.ModelId == null || g.ModelId == w.ModelId) && g.Permission >= RegistryPermission.Manage));

    /// <summary>A webhook to look at or to change.</summary>
    /// <exception cref="HubException">NotFound where it is absent or not the caller's to see, in the same words.</exception>
    public static async Task<Webhook> WebhookAsync(this HubDb db, Caller caller, string publicId, CancellationToken cancel) =>
        await db.Webhooks.ManagedBy(db, caller).FirstOrDefaultAsync(w => w.PublicId == publicId, cancel)
        ?? throw HubException.NotFound($"Webhook with id={LogRules.Shown(publicId)} not found");
}
