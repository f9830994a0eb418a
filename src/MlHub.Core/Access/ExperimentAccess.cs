using Microsoft.EntityFrameworkCore;
using MlHub.Tracking;
using MlHub.Tracking.Search;

namespace MlHub.Access;

/// <summary>The one place that decides who may do what with an experiment: REST, pages and live updates all ask here.</summary>
public static class ExperimentAccess
{
    /// <summary>The experiments that the caller may read, as a query to build on; nothing else may be listed or counted.</summary>
    public static IQueryable<Experiment> ReadableBy(this IQueryable<Experiment> experiments, HubDb db, Caller caller) =>
        experiments.AllowedTo(db, caller, Permission.Read);

    /// <summary>Those of the experiments asked for that the caller may read. They are one parameter, as databases take so many and no more.</summary>
    /// <exception cref="HubException">Invalid for more than <see cref="Limits.ExperimentsPerSearch"/>.</exception>
    public static Task<List<long>> ReadableOfAsync(this HubDb db, Caller caller, IReadOnlyList<long> asked, CancellationToken cancel) =>
        asked.Count <= Limits.ExperimentsPerSearch
            ? db.Experiments.ReadableBy(db, caller).Where(e => EF.Parameter(asked).Contains(e.Id)).Select(e => e.Id).ToListAsync(cancel)
            : throw HubException.Invalid($"Invalid value for parameter 'experiment_ids' supplied: at most {Limits.ExperimentsPerSearch} at once; there are {asked.Count}.");

    /// <summary>As <see cref="ReadableBy"/>, for what needs more than to read.</summary>
    public static IQueryable<Experiment> AllowedTo(this IQueryable<Experiment> experiments, HubDb db, Caller caller, Permission needed) =>
        caller.Limit is not null ? experiments.Where(e => false)
        : caller.IsAdmin
            ? experiments
            : experiments.Where(e =>
                db.ExperimentGrants.Any(g => g.ExperimentId == e.Id && g.UserId == caller.Id && g.Permission >= needed)
                || db.ExperimentGroupGrants.Any(g =>
                    g.ExperimentId == e.Id && g.Permission >= needed && db.GroupMembers.Any(m => m.GroupId == g.GroupId && m.UserId == caller.Id))
                || db.ExperimentFolders.Any(f =>
                    f.ExperimentId == e.Id && db.FolderGrantsOf(caller).Any(g => g.FolderId == f.FolderId && g.Permission >= needed)));

    /// <summary>What the caller was given, in person and through groups, on every experiment and on the folders above it; the highest counts.</summary>
    public static IQueryable<HeldPermission> PermissionsOf(this HubDb db, Caller caller) => caller.Limit is not null
        ? db.ExperimentGrants.Where(g => false).Select(g => new HeldPermission { ExperimentId = g.ExperimentId, Permission = g.Permission })
        : db.ExperimentGrants.Where(g => g.UserId == caller.Id)
            .Select(g => new HeldPermission { ExperimentId = g.ExperimentId, Permission = g.Permission })
            .Concat(db.ExperimentGroupGrants.Where(g => db.GroupMembers.Any(m => m.GroupId == g.GroupId && m.UserId == caller.Id))
                .Select(g => new HeldPermission { ExperimentId = g.ExperimentId, Permission = g.Permission }))
            .Concat(db.ExperimentFolders.Join(
                db.FolderGrantsOf(caller), f => f.FolderId, g => g.FolderId,
                (f, g) => new HeldPermission { ExperimentId = f.ExperimentId, Permission = g.Permission }));

    /// <summary>The grants on folders that the caller holds, in person or through a group.</summary>
    public static IQueryable<FolderGrant> FolderGrantsOf(this HubDb db, Caller caller) =>
        db.FolderGrants.Where(g => caller.Limit == null && (g.UserId == caller.Id || db.GroupMembers.Any(m => m.UserId == caller.Id && m.GroupId == g.GroupId)));

    /// <summary>The same for one experiment as a number in a statement, where <paramref name="experiment"/> is a column or our own number.</summary>
    internal static string HeldPermission(this SqlStatement sql, Caller caller, string experiment)
    {
        if (caller.IsAdmin || caller.Limit is not null)
        {
            return $"{(int)(caller.IsAdmin ? Permission.Manage : Permission.None)}";
        }

        var user = sql.Parameter(caller.Id);
        var theirGroups = $"(SELECT m.group_id FROM group_members m WHERE m.user_id = {user})";
        return $"""
            COALESCE((SELECT MAX(held.permission) FROM (
                SELECT g.permission FROM experiment_grants g WHERE g.experiment_id = {experiment} AND g.user_id = {user}
                UNION ALL
                SELECT g.permission FROM experiment_group_grants g WHERE g.experiment_id = {experiment} AND g.group_id IN {theirGroups}
                UNION ALL
                SELECT g.permission FROM experiment_folders f JOIN folder_grants g ON g.folder_id = f.folder_id
                WHERE f.experiment_id = {experiment} AND (g.user_id = {user} OR g.group_id IN {theirGroups})) held), 0)
            """;
    }

    public static async Task<Permission> PermissionAsync(this HubDb db, Caller caller, long experimentId, CancellationToken cancel)
    {
        if (caller.IsAdmin)
        {
            return Permission.Manage;
        }

        var held = Permission.None;
        var sql = new SqlStatement(SqlDialect.Of(db));
        sql.Add($"SELECT {sql.HeldPermission(caller, $"{experimentId}")}");
        await sql.ReadAsync(db, row => held = (Permission)row.GetInt32(0), cancel);
        return held;
    }

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
        RequireOnExperiment(caller, found?.Permission ?? Permission.None, needed, id);
        return found!.Experiment;
    }

    /// <inheritdoc cref="Require"/>
    public static void RequireOnExperiment(Caller caller, Permission has, Permission needed, long id) =>
        Require(caller, has, needed, $"No Experiment with id={id} exists", $"experiment {id}");

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
