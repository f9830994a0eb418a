using Microsoft.EntityFrameworkCore;
using MlHub.Tracking;

namespace MlHub.Access;

/// <summary>
/// What folders with grants mean for the experiments below them: which rows say so, and what one needs to put an experiment
/// there or take it away. Permissions themselves are read in <see cref="ExperimentAccess"/>.
/// </summary>
internal static class FolderAccess
{
    /// <summary>The highest that the caller was given on the folder and those above it.</summary>
    public static async Task<Permission> FolderPermissionAsync(this HubDb db, Caller caller, string folder, CancellationToken cancel)
    {
        if (caller.IsAdmin)
        {
            return Permission.Manage;
        }

        var chain = FolderPath.Chain(folder);
        return await db.FolderGrantsOf(caller).Where(g => db.Folders.Any(f => f.Id == g.FolderId && chain.Contains(f.Path)))
            .MaxAsync(g => (Permission?)g.Permission, cancel) ?? Permission.None;
    }

    /// <summary>Refuses to make an experiment where others were given something, unless the caller may edit there.</summary>
    public static async Task RequireMayCreateAsync(this HubDb db, Caller caller, string name, CancellationToken cancel)
    {
        if ((await GrantedAboveAsync(db, name, cancel)).Count > 0)
        {
            await RequireEditAsync(db, caller, name, cancel);
        }
    }

    /// <summary>Writes which folders with grants the new experiment lies below.</summary>
    public static async Task PlaceAsync(this HubDb db, Experiment experiment, CancellationToken cancel) =>
        db.AddRange((await GrantedAboveAsync(db, experiment.Name, cancel)).Select(f => new ExperimentFolder { ExperimentId = experiment.Id, FolderId = f.Id }));

    /// <summary>
    /// A name that changes what the experiment inherits changes who may use it, so it takes MANAGE on the experiment; and who
    /// brings it below a folder with grants needs EDIT there. Whoever could manage it can still, wherever it lies.
    /// </summary>
    /// <exception cref="HubException">Denied.</exception>
    public static async Task ReplaceAsync(this HubDb db, Caller caller, Experiment experiment, string newName, CancellationToken cancel)
    {
        var places = await db.ExperimentFolders.Where(p => p.ExperimentId == experiment.Id).ToListAsync(cancel);
        var left = places.Select(p => p.FolderId).ToHashSet();
        var entered = (await GrantedAboveAsync(db, newName, cancel)).Select(f => f.Id).ToHashSet();
        if (left.SetEquals(entered))
        {
            return;
        }

        var has = await db.PermissionAsync(caller, experiment.Id, cancel);
        if (has < Permission.Manage)
        {
            throw HubException.Denied(
                $"Permission denied: the name '{LogRules.Shown(newName)}' lies in another folder, so others would have rights on experiment {experiment.Id}; "
                + $"'{caller.Name}' has {has.ToString().ToUpperInvariant()} on it, this needs MANAGE.");
        }

        if (!entered.IsSubsetOf(left))
        {
            await RequireEditAsync(db, caller, newName, cancel);
        }

        db.RemoveRange(places.Where(p => !entered.Contains(p.FolderId)));
        db.AddRange(entered.Except(left).Select(id => new ExperimentFolder { ExperimentId = experiment.Id, FolderId = id }));
        await KeepManageAsync(db, caller, experiment, cancel);
    }

    private static async Task RequireEditAsync(HubDb db, Caller caller, string name, CancellationToken cancel)
    {
        var folder = FolderPath.Above(name)[^1];
        if (await db.FolderPermissionAsync(caller, folder, cancel) < Permission.Edit)
        {
            throw HubException.Denied($"Permission denied: folder '{LogRules.Shown(folder)}' is shared, so '{caller.Name}' needs EDIT on it to put an experiment there.");
        }
    }

    private static async Task KeepManageAsync(HubDb db, Caller caller, Experiment experiment, CancellationToken cancel)
    {
        if (caller.IsAdmin)
        {
            return;
        }

        if (await db.ExperimentGrants.FindAsync([experiment.Id, caller.Id], cancel) is { } own)
        {
            own.Permission = Permission.Manage;
        }
        else
        {
            db.Add(new ExperimentGrant { ExperimentId = experiment.Id, UserId = caller.Id, Permission = Permission.Manage });
        }
    }

    private static Task<List<Folder>> GrantedAboveAsync(HubDb db, string name, CancellationToken cancel)
    {
        var above = FolderPath.Above(name);
        return above.Count == 0
            ? Task.FromResult<List<Folder>>([])
            : db.Folders.Where(f => above.Contains(f.Path) && db.FolderGrants.Any(g => g.FolderId == f.Id)).ToListAsync(cancel);
    }
}
