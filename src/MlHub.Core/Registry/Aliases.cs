using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Tracking;

namespace MlHub.Registry;

/// <summary>Names that point at versions, such as <c>champion</c>. What is served may follow one, so it can be as grave as a stage.</summary>
public sealed class Aliases(HubDbFactory hub, TimeProvider clock)
{
    public Task SetAsync(Caller caller, string name, string alias, int version, CancellationToken cancel)
    {
        RegistryRules.CheckAlias(alias);
        return hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, new(name, version), RegistryPermission.Edit, cancel);
                await RequireMayPointAsync(db, caller, found.Model, found.Permission, cancel);
                var known = await db.ModelAliases.FindAsync([found.Model.Id, alias], cancel);
                if (known?.Version == version)
                {
                    return;
                }

                db.Record(
                    caller, clock.GetUtcNow(), EventKinds.AliasSet, found.Model, version,
                    before: known is null ? null : new { alias, known.Version }, after: new { alias, version });
                if (known is null)
                {
                    db.Add(new ModelAlias { ModelId = found.Model.Id, Alias = alias, Version = version });
                }
                else
                {
                    known.Version = version;
                }
            },
            cancel);
    }

    /// <summary>Deleting what is not there is harmless, as in MLflow.</summary>
    public Task DeleteAsync(Caller caller, string name, string alias, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var (model, has) = await db.FoundModelAsync(caller, name, RegistryPermission.Edit, cancel);
                await RequireMayPointAsync(db, caller, model, has, cancel);
                if (await db.ModelAliases.FindAsync([model.Id, alias], cancel) is { } known)
                {
                    db.Remove(known);
                    db.Record(caller, clock.GetUtcNow(), EventKinds.AliasDeleted, model, known.Version, before: new { alias, known.Version });
                }
            },
            cancel);

    /// <exception cref="HubException">Invalid for an unknown alias, as in MLflow; NotFound for an unknown model.</exception>
    public async Task<VersionDetails> GetAsync(Caller caller, string name, string alias, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var (model, has) = await db.FoundModelAsync(caller, name, RegistryPermission.Read, cancel);
        return await RegistryReader.VersionAsync(db, new(model, await VersionOfAsync(db, model, alias, cancel), has), cancel);
    }

    internal static async Task<ModelVersion> VersionOfAsync(HubDb db, RegisteredModel model, string alias, CancellationToken cancel) =>
        await db.ModelVersions.FirstOrDefaultAsync(
            v => v.ModelId == model.Id && db.ModelAliases.Any(a => a.ModelId == model.Id && a.Alias == alias && a.Version == v.Number), cancel)
        ?? throw HubException.Invalid($"Registered model alias {LogRules.Shown(alias)} not found.");

    /// <summary>Where entering Production has rules, moving a pointer must not be the way around them.</summary>
    private static async Task RequireMayPointAsync(HubDb db, Caller caller, RegisteredModel model, RegistryPermission has, CancellationToken cancel)
    {
        if (has < RegistryPermission.ManageProduction && await db.NeededToPointAsync(model.Id, cancel) == RegistryPermission.ManageProduction)
        {
            RegistryAccess.Require(caller, has, RegistryPermission.ManageProduction, "", $"the aliases of model {LogRules.Shown(model.Name)}, which has a policy for Production");
        }
    }
}
