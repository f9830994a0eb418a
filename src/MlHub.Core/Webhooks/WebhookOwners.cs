using Microsoft.EntityFrameworkCore;
using MlHub.Access;

namespace MlHub.Webhooks;

/// <summary>Whether those who own webhooks may still have them: a webhook hears no more than its owner may.</summary>
internal sealed class WebhookOwners(HubDb db, CancellationToken cancel)
{
    private readonly Dictionary<(Guid, long?), string?> _known = [];

    /// <summary>Why it may tell nothing any more; null where it may.</summary>
    public async Task<string?> ObjectionOrNullAsync(Webhook webhook)
    {
        var key = (webhook.OwnerId, webhook.ModelId);
        if (!_known.TryGetValue(key, out var objection))
        {
            _known[key] = objection = await FindAsync(webhook);
        }

        return objection;
    }

    private async Task<string?> FindAsync(Webhook webhook)
    {
        // Where nobody signs in there is one person, who may do all.
        if (webhook.OwnerId == Guid.Empty)
        {
            return null;
        }

        var owner = await db.Users.AsNoTracking().FirstOrDefaultAsync(u => u.Id == webhook.OwnerId, cancel);
        return owner switch
        {
            null => "The account of its owner is gone.",
            { IsDisabled: true } => "The account of its owner is disabled.",
            { IsAdmin: true } => null,
            _ when webhook.ModelId is null => "Its owner is no administrator any more, and it hears of the whole hub.",
            _ => await db.PermissionOnModelAsync(owner.AsCaller(), webhook.ModelId.Value, cancel) >= RegistryPermission.Manage ? null : "Its owner may no longer manage the model.",
        };
    }
}
