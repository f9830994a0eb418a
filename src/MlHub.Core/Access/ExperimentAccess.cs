using Microsoft.EntityFrameworkCore;
using MlHub.Tracking;

namespace MlHub.Access;

/// <summary>The one place that decides who may do what with an experiment: REST, pages and live updates all ask here.</summary>
public static class ExperimentAccess
{
    /// <summary>The experiments that the caller may read, as a query to build on; nothing else may be listed or counted.</summary>
    public static IQueryable<Experiment> ReadableBy(this IQueryable<Experiment> experiments, HubDb db, Caller caller) =>
        experiments.AllowedTo(db, caller, Permission.Read);

    /// <summary>The same for what needs more than to read.</summary>
    public static IQueryable<Experiment> AllowedTo(this IQueryable<Experiment> experiments, HubDb db, Caller caller, Permission needed) =>
        caller.IsAdmin
            ? experiments
            : experiments.Where(e =>
                db.ExperimentGrants.Any(g => g.ExperimentId == e.Id && g.UserId == caller.Id && g.Permission >= needed)
                || db.ExperimentGroupGrants.Any(g =>
                    g.ExperimentId == e.Id && g.Permission >= needed && db.GroupMembers.Any(m => m.GroupId == g.GroupId && m.UserId == caller.Id))
                || db.ExperimentFolders.Any(f =>
                    f.ExperimentId == e.Id && db.FolderGrantsOf(caller).Any(g => g.FolderId == f.FolderId && g.Permission >= needed)));

    /// <summary>What the caller was given, in person and through groups, on every experiment and on the folders above it; the highest counts.</summary>
    public static IQueryable<HeldPermission> PermissionsOf(this HubDb db, Caller caller) =>
        db.ExperimentGrants.Where(g => g.UserId == caller.Id)
            .Select(g => new HeldPermission { ExperimentId = g.ExperimentId, Permission = g.Permission })
            .Concat(db.ExperimentGroupGrants.Where(g => db.GroupMembers.Any(m => m.GroupId == g.GroupId && m.UserId == caller.Id))
                .Select(g => new HeldPermission { ExperimentId = g.ExperimentId, Permission = g.Permission }))
            .Concat(db.ExperimentFolders.Join(
                db.FolderGrantsOf(caller), f => f.FolderId, g => g.FolderId,
                (f, g) => new HeldPermission { ExperimentId = f.ExperimentId, Permission = g.Permission }));

    /// <summary>The grants on folders that the caller holds, in person or through a group.</summary>
    public static IQueryable<FolderGrant> FolderGrantsOf(this HubDb db, Caller caller) =>
        db.FolderGrants.Where(g => g.UserId == caller.Id || db.GroupMembers.Any(m => m.UserId == caller.Id && m.GroupId == g.GroupId));

    public static async Task<Permission> PermissionAsync(this HubDb db, Caller caller, long experimentId, CancellationToken cancel) =>
        caller.IsAdmin
            ? Permission.Manage
            : await db.PermissionsOf(caller).Where(g => g.ExperimentId == experimentId)
                .MaxAsync(g => (Permission?)g.Permission, cancel) ?? Permission.None;

    /// <summary>Loads an experiment, without its tags, for an operation that needs <paramref name="needed"/>.</summary>
    /// <exception cref="HubException">NotFound where it is absent or unreadable, in the same words; Denied where it is readable but the right is missing.</exception>
    public static async Task<Experiment> ExperimentAsync(this HubDb db, Caller caller, long id, Permission needed, CancellationToken cancel)
    {
        var found = await db.Experiments.Where(e => e.Id == id)
            .Select(e => new
            {
                Experiment = e,
                Permission = caller.IsAdmin
                    ? Permission.Manage
                    : db.PermissionsOf(caller).Where(g => g.ExperimentId == id).Max(g => (Permission?)g.Permission),
            })
            .FirstOrDefaultAsync(cancel);
        Require(caller, found?.Permission ?? Permission.None, needed, $"No Experiment with id={id} exists", $"experiment {id}");
        return found!.Experiment;
    }

    /// <summary>Refuses unless <paramref name="has"/> covers <paramref name="needed"/>.</summary>
    public static void Require(Caller caller, Permission has, Permission needed, string absent, string subject)
    {
        if (has == Permission.None)
        {
            throw HubException.NotFound(absent);
        }

        if (has < needed)
        {
            throw HubException.Denied($"Permission denied: '{caller.Name}' has {has.ToString().ToUpperInvariant()} on {subject}, this needs {needed.ToString().ToUpperInvariant()}.");
        }
    }
}

/// <summary>A permission on one experiment that somebody holds, by whichever grant.</summary>
public sealed class HeldPermission
{
    public required long ExperimentId { get; init; }
    public required Permission Permission { get; init; }
}
