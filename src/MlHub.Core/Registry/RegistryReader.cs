using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Reviews;

namespace MlHub.Registry;

/// <summary>Reads models and versions with all that belongs to them, many at once. Whoever calls has asked for the right to read them.</summary>
internal static class RegistryReader
{
    /// <summary>The models in the order of their ids; one that is gone is left out.</summary>
    public static async Task<List<ModelDetails>> ModelsAsync(HubDb db, Caller caller, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        var models = await db.RegisteredModels.AsNoTracking().Include(m => m.Tags).Include(m => m.Aliases).AsSplitQuery()
            .Where(m => ids.Contains(m.Id)).ToDictionaryAsync(m => m.Id, cancel);
        var newest = db.ModelVersions.Where(v => ids.Contains(v.ModelId)).GroupBy(v => new { v.ModelId, v.Stage }).Select(g => g.Max(v => v.Id));
        var latest = await db.ModelVersions.AsNoTracking().Include(v => v.Tags).AsSplitQuery().Where(v => newest.Contains(v.Id)).ToListAsync(cancel);
        var permissions = await PermissionsAsync(db, caller, ids, cancel);
        var awaiting = await AwaitingAsync(db, [.. latest.Select(v => v.Id)], cancel);
        var byModel = latest.OrderBy(v => v.Stage).ToLookup(v => v.ModelId);
        return
        [
            .. ids.Where(models.ContainsKey).Select(id => new ModelDetails(
                models[id], permissions(id), [.. byModel[id].Select(v => Details(models[id], v, permissions(id), awaiting))])),
        ];
    }

    /// <summary>The versions in the order of their ids; one that is gone is left out.</summary>
    public static async Task<List<VersionDetails>> VersionsAsync(HubDb db, Caller caller, IReadOnlyList<long> ids, CancellationToken cancel)
    {
        var versions = await db.ModelVersions.AsNoTracking().Include(v => v.Tags).AsSplitQuery().Where(v => ids.Contains(v.Id)).ToDictionaryAsync(v => v.Id, cancel);
        var modelIds = versions.Values.Select(v => v.ModelId).Distinct().ToList();
        var models = await db.RegisteredModels.AsNoTracking().Include(m => m.Aliases).Where(m => modelIds.Contains(m.Id)).ToDictionaryAsync(m => m.Id, cancel);
        var permissions = await PermissionsAsync(db, caller, modelIds, cancel);
        var awaiting = await AwaitingAsync(db, ids, cancel);
        return [.. ids.Where(versions.ContainsKey).Select(id => versions[id]).Select(v => Details(models[v.ModelId], v, permissions(v.ModelId), awaiting))];
    }

    private static VersionDetails Details(RegisteredModel model, ModelVersion version, RegistryPermission permission, HashSet<long> awaiting) =>
        new(model, version, [.. model.Aliases.Where(a => a.Version == version.Number).Select(a => a.Alias).Order(StringComparer.Ordinal)], permission)
        {
            AwaitsDecision = awaiting.Contains(version.Id),
        };

    private static Task<HashSet<long>> AwaitingAsync(HubDb db, IReadOnlyList<long> versionIds, CancellationToken cancel) =>
        db.TransitionRequests.Where(r => versionIds.Contains(r.VersionId) && r.State == RequestState.Open).Select(r => r.VersionId).ToHashSetAsync(cancel);

    /// <summary>What the caller may do with each of these models, from one reading of their grants.</summary>
    private static async Task<Func<long, RegistryPermission>> PermissionsAsync(HubDb db, Caller caller, IReadOnlyList<long> modelIds, CancellationToken cancel)
    {
        if (caller.IsAdmin)
        {
            return _ => RegistryPermission.Manage;
        }

        var grants = await db.GrantsOf(caller).Where(g => g.ModelId == null || modelIds.Contains(g.ModelId.Value))
            .Select(g => new { g.ModelId, g.Permission }).ToListAsync(cancel);
        var root = grants.Where(g => g.ModelId is null).Select(g => g.Permission).DefaultIfEmpty().Max();
        var own = grants.Where(g => g.ModelId is not null).GroupBy(g => g.ModelId!.Value).ToDictionary(g => g.Key, g => g.Max(x => x.Permission));
        return id => own.TryGetValue(id, out var permission) && permission > root ? permission : root;
    }
}
