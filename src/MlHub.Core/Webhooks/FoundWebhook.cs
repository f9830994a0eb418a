using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Webhooks;

/// <summary>A webhook, and the name of its model; null where it is the whole hub's.</summary>
public sealed record FoundWebhook(Webhook Hook, string? Model)
{
    /// <summary>Loads one that the caller manages.</summary>
    /// <param name="family">Of this API alone; null for any.</param>
    /// <exception cref="HubException">NotFound.</exception>
    internal static async Task<FoundWebhook> ReadAsync(HubDb db, Caller caller, WebhookFamily? family, string id, CancellationToken cancel)
    {
        var hook = await db.WebhookAsync(caller, id, cancel);
        if (family is not null && hook.Family != family)
        {
            // What another API made is not there for this one.
            throw HubException.NotFound($"Webhook with id={LogRules.Shown(id)} not found");
        }

        return new(hook, await db.RegisteredModels.Where(m => m.Id == hook.ModelId).Select(m => m.Name).FirstOrDefaultAsync(cancel));
    }

    /// <summary>The model that a new webhook is for; null for the whole hub.</summary>
    /// <exception cref="HubException">NotFound or Denied.</exception>
    internal static async Task<RegisteredModel?> PlaceAsync(HubDb db, Caller caller, string? model, CancellationToken cancel)
    {
        if (model is not null)
        {
            return await db.ModelAsync(caller, model, RegistryPermission.Manage, cancel);
        }

        caller.RequireAdmin();
        return null;
    }
}
