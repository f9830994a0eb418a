using Microsoft.EntityFrameworkCore;
using MlHub.Events;
using MlHub.Tracking;

namespace MlHub.Access;

/// <summary>
/// Gives people, groups and service accounts a permission on a folder of experiments, and so on all that lie below it, now and
/// later; for those who have MANAGE on the folder or on one above it, and administrators, who are the first to give any.
/// </summary>
public sealed class FolderSharing(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>What the caller may do in the folder by what was given on it and above it.</summary>
    public async Task<Permission> PermissionAsync(Caller caller, string folder, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.FolderPermissionAsync(caller, folder, cancel);
    }

    /// <summary>All that was given on the folder, and what it inherits.</summary>
    /// <exception cref="HubException">NotFound for those who were given nothing there; Denied where it is less than MANAGE.</exception>
    public async Task<List<Share<Permission>>> ListAsync(Caller caller, string folder, CancellationToken cancel)
    {
        await using var db = hub.Open();
        await RequireManageAsync(db, caller, folder, cancel);
        var own = await db.GivenOnFolderAsync(folder, cancel);
        return [.. own.Values.Select(p => new Share<Permission>(p.Who.Who, p.Level)).InOrder(), .. await db.GivenAboveAsync(folder, cancel)];
    }

    /// <summary>Sets the permissions of those named, None taking them away; with <paramref name="replace"/> nobody else keeps one.</summary>
    /// <exception cref="HubException">Invalid where nobody would be left to manage, unless an administrator does it.</exception>
    public Task ChangeAsync(Caller caller, string folder, IReadOnlyList<Share<Permission>> wished, bool replace, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                await RequireManageAsync(db, caller, folder, cancel);
                var present = await db.GivenOnFolderAsync(folder, cancel);
                var changes = await ShareChanges.OfAsync(db, caller, present, wished, replace, Permission.Manage, cancel);
                if (changes.Count == 0)
                {
                    return;
                }

                var row = await db.Folders.FirstOrDefaultAsync(f => f.Path == folder, cancel) ?? await AddAsync(db, folder, cancel);
                var now = clock.GetUtcNow();
                foreach (var change in changes)
                {
                    await StoreAsync(db, row.Id, change, cancel);
                    db.Record(caller, now, EventKinds.FolderShared, folder, before: change.Who.ToEvent(change.Before.ToString()), after: change.Who.ToEvent(change.After.ToString()));
                }

                await db.SaveChangesAsync(cancel);
                if (!await db.FolderGrants.AnyAsync(g => g.FolderId == row.Id, cancel))
                {
                    db.Remove(row);
                }
            },
            cancel);

    private static async Task RequireManageAsync(HubDb db, Caller caller, string folder, CancellationToken cancel) =>
        ExperimentAccess.Require(
            caller, await db.FolderPermissionAsync(caller, folder, cancel), Permission.Manage, $"No folder '{LogRules.Shown(folder)}' exists", $"folder {LogRules.Shown(folder)}");

    /// <summary>The first grant: from now on the folder has a row, and every experiment below it says so.</summary>
    private static async Task<Folder> AddAsync(HubDb db, string folder, CancellationToken cancel)
    {
        var row = new Folder { Path = folder };
        db.Add(row);
        await db.SaveChangesAsync(cancel);
        var prefix = FolderPath.Prefix(folder);
        // Not every database compares the beginning letter by letter.
        var below = await db.Experiments.Where(e => e.Name.StartsWith(prefix)).Select(e => new { e.Id, e.Name }).ToListAsync(cancel);
        db.AddRange(below.Where(e => e.Name.StartsWith(prefix, StringComparison.Ordinal)).Select(e => new ExperimentFolder { ExperimentId = e.Id, FolderId = row.Id }));
        return row;
    }

    private static async Task StoreAsync(HubDb db, long folderId, ShareChange<Permission> change, CancellationToken cancel)
    {
        var (user, group) = change.Who.IsGroup ? ((Guid?)null, (Guid?)change.Who.Id) : (change.Who.Id, null);
        var grant = await db.FolderGrants.FirstOrDefaultAsync(g => g.FolderId == folderId && g.UserId == user && g.GroupId == group, cancel);
        if (change.After == Permission.None)
        {
            db.Remove(grant!);
        }
        else if (grant is null)
        {
            db.Add(new FolderGrant { FolderId = folderId, UserId = user, GroupId = group, Permission = change.After });
        }
        else
        {
            grant.Permission = change.After;
        }
    }
}

/// <summary>What was given on folders, with those whom it was given to.</summary>
internal static class FolderShares
{
    /// <summary>Where a share comes from, as the permission calls name it.</summary>
    public const string Source = "/directories/";

    public static async Task<Dictionary<Guid, (FoundPrincipal Who, Permission Level)>> GivenOnFolderAsync(this HubDb db, string folder, CancellationToken cancel)
    {
        var grants = await db.FolderGrants.AsNoTracking().Where(g => db.Folders.Any(f => f.Id == g.FolderId && f.Path == folder)).ToListAsync(cancel);
        return await db.WithLevelsAsync(grants.ToDictionary(g => g.UserId ?? g.GroupId!.Value, g => g.Permission), cancel);
    }

    /// <summary>What is inherited by a folder or an experiment of that name, from the innermost folder outwards.</summary>
    public static async Task<List<Share<Permission>>> GivenAboveAsync(this HubDb db, string name, CancellationToken cancel)
    {
        var above = FolderPath.Above(name);
        var granted = above.Count == 0 ? [] : await db.Folders.Where(f => above.Contains(f.Path)).Select(f => f.Path).ToListAsync(cancel);
        List<Share<Permission>> shares = [];
        foreach (var folder in granted.OrderByDescending(f => f.Length))
        {
            shares.AddRange((await db.GivenOnFolderAsync(folder, cancel)).Values.Select(p => new Share<Permission>(p.Who.Who, p.Level, Source + folder)).InOrder());
        }

        return shares;
    }

    public static IEnumerable<Share<Permission>> InOrder(this IEnumerable<Share<Permission>> shares) =>
        shares.OrderBy(s => s.Who.Kind).ThenBy(s => s.Who.Name, StringComparer.OrdinalIgnoreCase);
}
