using Microsoft.EntityFrameworkCore;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Access;

/// <summary>
/// Gives people, groups and service accounts a permission on a registered model, for those who have CAN_MANAGE on it, or on the
/// registry's root, from where every model inherits, for administrators.
/// </summary>
public sealed class RegistrySharing(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>The public id under which the root is addressed.</summary>
    public const string Root = "root";

    private const string Source = "/registered-models/";

    /// <summary>All that was given on the model or the root, and what the model inherits.</summary>
    public async Task<List<Share<RegistryPermission>>> ListAsync(Caller caller, string objectId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var model = await ObjectAsync(db, caller, objectId, cancel);
        var own = await PresentAsync(db, model?.Id, cancel);
        var inherited = model is null ? [] : await PresentAsync(db, null, cancel);
        return
        [
            .. own.Values.Select(p => new Share<RegistryPermission>(p.Who.Who, p.Level))
                .Concat(inherited.Values.Select(p => new Share<RegistryPermission>(p.Who.Who, p.Level, Source)))
                .OrderBy(s => s.IsInherited).ThenBy(s => s.Who.Kind).ThenBy(s => s.Who.Name, StringComparer.OrdinalIgnoreCase),
        ];
    }

    /// <summary>The permission that an account was given itself on the model of that name; None where there is no grant.</summary>
    public async Task<RegistryPermission> GetByNameAsync(Caller caller, string modelName, string userName, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var model = await db.ModelAsync(caller, modelName, RegistryPermission.Manage, cancel);
        var user = await db.UserAsync(userName, cancel);
        return await db.RegistryGrants.Where(g => g.ModelId == model.Id && g.UserId == user.Id).Select(g => g.Permission).FirstOrDefaultAsync(cancel);
    }

    /// <summary>Sets an account's permission on the model of that name; None takes it away. Repeating it is harmless.</summary>
    public Task SetByNameAsync(Caller caller, string modelName, string userName, RegistryPermission permission, CancellationToken cancel) =>
        hub.WriteAsync(
            async db => await ChangeAsync(
                db, caller, await db.ModelAsync(caller, modelName, RegistryPermission.Manage, cancel),
                [new(new(PrincipalKind.User, userName), permission)], replace: false, cancel),
            cancel);

    /// <summary>Sets the permissions of those named, None taking them away; with <paramref name="replace"/> nobody else keeps one.</summary>
    /// <exception cref="HubException">Invalid where nobody would be left to manage the model, unless an administrator does it.</exception>
    public Task ChangeAsync(Caller caller, string objectId, IReadOnlyList<Share<RegistryPermission>> wished, bool replace, CancellationToken cancel) =>
        hub.WriteAsync(async db => await ChangeAsync(db, caller, await ObjectAsync(db, caller, objectId, cancel), wished, replace, cancel), cancel);

    private async Task ChangeAsync(
        HubDb db, Caller caller, RegisteredModel? model, IReadOnlyList<Share<RegistryPermission>> wished, bool replace, CancellationToken cancel)
    {
        var present = await PresentAsync(db, model?.Id, cancel);
        var now = clock.GetUtcNow();
        foreach (var change in await ShareChanges.OfAsync(db, caller, present, wished, replace, RegistryPermission.Manage, cancel))
        {
            await StoreAsync(db, model?.Id, change, cancel);
            var (before, after) = (change.Who.ToEvent(change.Before.ToWire()), change.Who.ToEvent(change.After.ToWire()));
            if (model is null)
            {
                db.Record(caller, now, EventKinds.RegistryShared, Root, before: before, after: after);
            }
            else
            {
                db.Record(caller, now, EventKinds.ModelShared, model, before: before, after: after);
            }
        }
    }

    /// <summary>Null for the root.</summary>
    private static async Task<RegisteredModel?> ObjectAsync(HubDb db, Caller caller, string objectId, CancellationToken cancel)
    {
        if (objectId == Root)
        {
            caller.RequireAdmin();
            return null;
        }

        var model = await db.RegisteredModels.FirstOrDefaultAsync(m => m.PublicId == objectId, cancel);
        var has = model is null ? RegistryPermission.None : await db.PermissionOnModelAsync(caller, model.Id, cancel);
        RegistryAccess.Require(
            caller, has, RegistryPermission.Manage, $"Registered Model with id={LogRules.Shown(objectId)} not found", $"model {LogRules.Shown(model?.Name ?? "")}");
        return model;
    }

    private static async Task<Dictionary<Guid, (FoundPrincipal Who, RegistryPermission Level)>> PresentAsync(HubDb db, long? modelId, CancellationToken cancel)
    {
        var grants = await db.RegistryGrants.AsNoTracking().Where(g => g.ModelId == modelId).ToListAsync(cancel);
        return await db.WithLevelsAsync(grants.ToDictionary(g => g.UserId ?? g.GroupId!.Value, g => g.Permission), cancel);
    }

    private static async Task StoreAsync(HubDb db, long? modelId, ShareChange<RegistryPermission> change, CancellationToken cancel)
    {
        var (user, group) = change.Who.IsGroup ? ((Guid?)null, (Guid?)change.Who.Id) : (change.Who.Id, null);
        var grant = await db.RegistryGrants.FirstOrDefaultAsync(g => g.ModelId == modelId && g.UserId == user && g.GroupId == group, cancel);
        if (change.After == RegistryPermission.None)
        {
            db.Remove(grant!);
        }
        else if (grant is null)
        {
            db.Add(new RegistryGrant { ModelId = modelId, UserId = user, GroupId = group, Permission = change.After });
        }
        else
        {
            grant.Permission = change.After;
        }
    }
}
