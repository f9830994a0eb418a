using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;

namespace MlHub.Webhooks;

/// <summary>A webhook just made, with its secret in the open: nobody sees it again.</summary>
public sealed record MadeWebhook(FoundWebhook Webhook, string? Secret);

/// <summary>Which webhooks to list; what is null is not asked for.</summary>
/// <param name="Events">Any of them.</param>
public sealed record WebhookSearch(WebhookFamily? Family = null, string? Model = null, IReadOnlyList<string>? Events = null);

/// <summary>Makes and changes webhooks.</summary>
public sealed class Webhooks(HubDbFactory hub, WebhookAddresses addresses, ISecretBox box, TimeProvider clock)
{
    private const int ForgottenAtOnce = 500;

    /// <param name="model">The one model that it hears of; null for the whole hub.</param>
    /// <exception cref="HubException">NotFound, Denied or Invalid.</exception>
    public async Task<MadeWebhook> CreateAsync(Caller caller, WebhookFamily family, string? model, WebhookDraft draft, CancellationToken cancel)
    {
        draft.Check();
        await using (var db = hub.Open())
        {
            await FoundWebhook.PlaceAsync(db, caller, model, cancel);
        }

        var secret = !string.IsNullOrEmpty(draft.Secret) ? draft.Secret : draft.MakesSecret ? WebhookSignatures.NewSecret() : null;
        draft = await addresses.CheckedAsync(draft with { Secret = secret }, null, cancel);
        return await hub.WriteAsync(
            async db =>
            {
                var place = await FoundWebhook.PlaceAsync(db, caller, model, cancel);
                var now = clock.GetUtcNow();
                var hook = new Webhook
                {
                    PublicId = Guid.NewGuid().ToString("N"),
                    Family = family,
                    Target = WebhookTarget.Mlflow,
                    Name = "",
                    Url = "",
                    Status = WebhookStatus.Active,
                    Events = [],
                    ModelId = place?.Id,
                    OwnerId = caller.Id,
                    CreatedAt = now,
                    UpdatedAt = now,
                    SinceSeq = await LastSeqAsync(db, cancel),
                };
                draft.ApplyTo(hook, box, now);
                if (await db.Webhooks.CountAsync(w => w.ModelId == hook.ModelId, cancel) >= Limits.WebhooksPerModel)
                {
                    throw HubException.Invalid($"There are {Limits.WebhooksPerModel} webhooks {(model is null ? "of the whole hub" : "of this model")} already, and there may not be more.");
                }

                db.Add(hook);
                Record(db, caller, now, EventKinds.WebhookCreated, hook, null, Facts(hook));
                return new MadeWebhook(new(hook, place?.Name), secret);
            },
            cancel);
    }

    /// <param name="family">Of this API alone; null for any.</param>
    public async Task<FoundWebhook> GetAsync(Caller caller, WebhookFamily? family, string id, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await FoundWebhook.ReadAsync(db, caller, family, id, cancel);
    }

    /// <summary>In the order in which they were made.</summary>
    public async Task<Page<FoundWebhook>> ListAsync(Caller caller, WebhookSearch search, int max, string? pageToken, CancellationToken cancel)
    {
        if (max is < 1 or > Limits.WebhooksPage)
        {
            throw HubException.Invalid($"Invalid value {max} for parameter 'max_results' supplied: It must be from 1 to {Limits.WebhooksPage}.");
        }

        await using var db = hub.Open();
        var webhooks = db.Webhooks.AsNoTracking().ManagedBy(db, caller).Where(w => search.Family == null || w.Family == search.Family);
        if (search.Model is { } name)
        {
            var model = await db.ModelAsync(caller, name, RegistryPermission.Manage, cancel);
            webhooks = webhooks.Where(w => w.ModelId == model.Id);
        }

        var after = After(pageToken);
        var found = await webhooks.Where(w => w.Id > after).OrderBy(w => w.Id)
            .Select(w => new { Hook = w, Model = db.RegisteredModels.Where(m => m.Id == w.ModelId).Select(m => m.Name).FirstOrDefault() })
            .ToListAsync(cancel);
        // Which events it asked for is a list in a column, and there are not many webhooks.
        var fitting = found.Where(w => search.Events is not { Count: > 0 } events || w.Hook.Events.Any(events.Contains)).Take(max + 1).ToList();
        return new(
            [.. fitting.Take(max).Select(w => new FoundWebhook(w.Hook, w.Model))],
            fitting.Count > max ? fitting[max - 1].Hook.Id.ToString(CultureInfo.InvariantCulture) : null);
    }

    /// <exception cref="HubException">NotFound or Invalid.</exception>
    public async Task<FoundWebhook> UpdateAsync(Caller caller, WebhookFamily? family, string id, WebhookDraft draft, CancellationToken cancel)
    {
        draft.Check();
        var known = await GetAsync(caller, family, id, cancel);
        draft = await addresses.CheckedAsync(draft, known.Hook, cancel);
        return await ChangeAsync(
            caller, family, id,
            async (db, found, now) =>
            {
                var (before, wasActive) = (Facts(found.Hook), found.Hook.Status == WebhookStatus.Active);
                draft.ApplyTo(found.Hook, box, now);
                if (found.Hook.Status == WebhookStatus.Active && !wasActive)
                {
                    // Whoever lets it go on answers for it.
                    found.Hook.OwnerId = caller.Id;
                    found.Hook.StartAfresh();
                    found.Hook.SinceSeq = await LastSeqAsync(db, cancel);
                }

                Record(db, caller, now, EventKinds.WebhookUpdated, found.Hook, before, Facts(found.Hook));
                return found;
            },
            cancel);
    }

    /// <summary>Its log goes first and some at a time: a hundred thousand rows in one transaction would keep everybody else from writing.</summary>
    public async Task DeleteAsync(Caller caller, WebhookFamily? family, string id, CancellationToken cancel)
    {
        long doomed;
        await using (var db = hub.Open())
        {
            doomed = (await FoundWebhook.ReadAsync(db, caller, family, id, cancel)).Hook.Id;
        }

        while (await hub.WriteStatementsAsync(db => ForgetAsync(db, doomed, cancel), cancel) == ForgottenAtOnce)
        {
        }

        await ChangeAsync(
            caller, family, id,
            (db, found, now) =>
            {
                db.Remove(found.Hook);
                Record(db, caller, now, EventKinds.WebhookDeleted, found.Hook, Facts(found.Hook), null);
                return Task.FromResult(found);
            },
            cancel);
    }

    /// <summary>Gives it another secret; until the overlap is over deliveries are signed with both.</summary>
    /// <param name="secret">Null for one that is made up.</param>
    public async Task<string> RotateSecretAsync(Caller caller, string id, string? secret, TimeSpan overlap, CancellationToken cancel)
    {
        new WebhookDraft { Secret = secret }.Check();
        if (overlap < TimeSpan.Zero || overlap > TimeSpan.FromHours(Limits.WebhookOverlapHours))
        {
            throw HubException.Invalid($"Invalid value for parameter 'overlap_hours' supplied: It must be from 0 to {Limits.WebhookOverlapHours}.");
        }

        var fresh = string.IsNullOrEmpty(secret) ? WebhookSignatures.NewSecret() : secret;
        WebhookRules.CheckSecret(fresh);
        await ChangeAsync(
            caller, null, id,
            (db, found, now) =>
            {
                var hook = found.Hook;
                var keeps = overlap > TimeSpan.Zero && hook.SealedSecret is not null;
                hook.SealedPreviousSecret = keeps ? hook.SealedSecret : null;
                hook.PreviousSecretUntil = keeps ? now + overlap : null;
                WebhookDraft.SetSecret(hook, fresh, box, now);
                hook.UpdatedAt = now;
                Record(db, caller, now, EventKinds.WebhookSecretRotated, hook, null, new { hook.Name, previousUntil = hook.PreviousSecretUntil });
                return Task.FromResult(found);
            },
            cancel);
        return fresh;
    }

    private Task<FoundWebhook> ChangeAsync(
        Caller caller, WebhookFamily? family, string id, Func<HubDb, FoundWebhook, DateTimeOffset, Task<FoundWebhook>> change, CancellationToken cancel) =>
        hub.WriteAsync(async db => await change(db, await FoundWebhook.ReadAsync(db, caller, family, id, cancel), clock.GetUtcNow()), cancel);

    private static async Task<int> ForgetAsync(HubDb db, long webhook, CancellationToken cancel)
    {
        var some = await db.WebhookDeliveries.Where(d => d.WebhookId == webhook && d.State != DeliveryState.Waiting).Select(d => d.Id).Take(ForgottenAtOnce).ToListAsync(cancel);
        return await db.WebhookDeliveries.Where(d => some.Contains(d.Id)).ExecuteDeleteAsync(cancel);
    }

    private static async Task<long> LastSeqAsync(HubDb db, CancellationToken cancel) => (await db.HeadOrNullAsync(cancel))?.Seq ?? 0;

    private static long After(string? pageToken) =>
        string.IsNullOrEmpty(pageToken) ? 0
        : long.TryParse(pageToken, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id
        : throw HubException.Invalid("Invalid value for parameter 'page_token' supplied: It is no page token of this list.");

    private static void Record(HubDb db, Caller caller, DateTimeOffset now, string kind, Webhook hook, object? before, object? after) =>
        db.Record(HubEvent.Of(caller, now, kind, hook.PublicId, modelId: hook.ModelId, before: before, after: after));

    /// <summary>Without the address' path: of some receivers it is the secret.</summary>
    private static object Facts(Webhook hook) => new
    {
        hook.Name,
        target = hook.Target.ToString(),
        host = Uri.TryCreate(hook.Url, UriKind.Absolute, out var url) ? url.Authority : "",
        status = hook.Status.ToString(),
        hook.Events,
    };
}
