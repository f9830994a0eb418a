using Microsoft.EntityFrameworkCore;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Access;

/// <summary>The one place that decides who may do what with a registered model: REST, pages and live updates all ask here.</summary>
public static class RegistryAccess
{
    /// <summary>The models that the caller may read, as a query to build on; nothing else may be listed or counted.</summary>
    public static IQueryable<RegisteredModel> ReadableBy(this IQueryable<RegisteredModel> models, HubDb db, Caller caller) =>
        caller.Limit is { } limit ? models.Where(m => limit.Models.Contains(m.Id)).ReadableBy(db, caller.Unlimited)
        : caller.IsAdmin ? models
        : models.Where(m => db.GrantsOf(caller).Any(g => (g.ModelId == null || g.ModelId == m.Id) && g.Permission >= RegistryPermission.Read));

    /// <summary>The grants that the caller holds, in person or through a group, on the root and on models; none for whoever comes with a restricted token.</summary>
    public static IQueryable<RegistryGrant> GrantsOf(this HubDb db, Caller caller) => caller.Limit is not null
        ? db.RegistryGrants.Where(g => false)
        : db.RegistryGrants.Where(g => g.UserId == caller.Id || db.GroupMembers.Any(m => m.UserId == caller.Id && m.GroupId == g.GroupId));

    /// <summary>The highest of the caller's grants on the model and on the root.</summary>
    public static async Task<RegistryPermission> PermissionOnModelAsync(this HubDb db, Caller caller, long modelId, CancellationToken cancel) =>
        caller.Limit is { } limit ? limit.Covers(modelId) ? await db.PermissionOnModelAsync(caller.Unlimited, modelId, cancel) : RegistryPermission.None
        : caller.IsAdmin
            ? RegistryPermission.Manage
            : await db.GrantsOf(caller).Where(g => g.ModelId == null || g.ModelId == modelId)
                .MaxAsync(g => (RegistryPermission?)g.Permission, cancel) ?? RegistryPermission.None;

    /// <summary>Loads a model, without its tags, for an operation that needs <paramref name="needed"/>.</summary>
    /// <exception cref="HubException">NotFound where it is absent or unreadable, in the same words; Denied where it is readable but the right is missing.</exception>
    public static async Task<RegisteredModel> ModelAsync(this HubDb db, Caller caller, string name, RegistryPermission needed, CancellationToken cancel) =>
        (await db.FoundModelAsync(caller, name, needed, cancel)).Model;

    /// <summary>The same for operations that also tell or ask more of what the caller may do.</summary>
    public static async Task<FoundModel> FoundModelAsync(this HubDb db, Caller caller, string name, RegistryPermission needed, CancellationToken cancel)
    {
        var model = await db.RegisteredModels.FirstOrDefaultAsync(m => m.Name == name, cancel);
        var has = model is null ? RegistryPermission.None : await db.PermissionOnModelAsync(caller, model.Id, cancel);
        Require(caller, has, needed, $"Registered Model with name={LogRules.Shown(name)} not found", $"model {LogRules.Shown(name)}");
        return new(model!, has);
    }

    /// <summary>Loads a version with its model for an operation that needs <paramref name="needed"/> on the model.</summary>
    /// <exception cref="HubException">NotFound where either is absent or the model unreadable; Denied where the right is missing.</exception>
    public static async Task<FoundVersion> VersionAsync(this HubDb db, Caller caller, VersionKey key, RegistryPermission needed, CancellationToken cancel)
    {
        var (model, has) = await db.FoundModelAsync(caller, key.Model, RegistryPermission.Read, cancel);
        var version = await db.ModelVersions.FirstOrDefaultAsync(v => v.ModelId == model.Id && v.Number == key.Number, cancel)
            ?? throw HubException.NotFound($"Model Version (name={LogRules.Shown(key.Model)}, version={key.Number}) not found");
        Require(caller, has, needed, "", $"model {LogRules.Shown(key.Model)}");
        return new(model, version, has);
    }

    /// <summary>What a move between two stages needs, for transitions and decisions alike. A move out of Production is one of Production.</summary>
    public static RegistryPermission NeededToMove(Stage from, Stage to) =>
        from == Stage.Production || to == Stage.Production ? RegistryPermission.ManageProduction : RegistryPermission.ManageStaging;

    /// <summary>What moving an alias needs.</summary>
    public static async Task<RegistryPermission> NeededToPointAsync(this HubDb db, long modelId, CancellationToken cancel) =>
        await db.Policies.AnyAsync(p => p.ModelId == modelId && p.Stage == Stage.Production, cancel) ? RegistryPermission.ManageProduction : RegistryPermission.Edit;

    /// <summary>Refuses unless <paramref name="has"/> covers <paramref name="needed"/>.</summary>
    public static void Require(Caller caller, RegistryPermission has, RegistryPermission needed, string absent, string subject)
    {
        if (has == RegistryPermission.None)
        {
            throw HubException.NotFound(absent);
        }

        if (has < needed)
        {
            throw HubException.Denied($"Permission denied: '{caller.Name}' has {has.ToWire()} on {subject}, this needs {needed.ToWire()}.");
        }
    }

    /// <summary>The level's name in the protocol.</summary>
    public static string ToWire(this RegistryPermission permission) => permission switch
    {
        RegistryPermission.Read => "CAN_READ",
        RegistryPermission.Edit => "CAN_EDIT",
        RegistryPermission.ManageStaging => "CAN_MANAGE_STAGING_VERSIONS",
        RegistryPermission.ManageProduction => "CAN_MANAGE_PRODUCTION_VERSIONS",
        RegistryPermission.Manage => "CAN_MANAGE",
        _ => "NO_PERMISSIONS",
    };
}

/// <summary>A model, and what the caller may do with it.</summary>
public sealed record FoundModel(RegisteredModel Model, RegistryPermission Permission);

/// <summary>A version, its model, and what the caller may do with them.</summary>
public sealed record FoundVersion(RegisteredModel Model, ModelVersion Version, RegistryPermission Permission)
{
    public VersionKey Key => new(Model.Name, Version.Number);
}
