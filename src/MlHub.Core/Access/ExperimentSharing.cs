using Microsoft.EntityFrameworkCore;
using MlHub.Events;

namespace MlHub.Access;

/// <summary>Gives people, groups and service accounts a permission on an experiment, or takes it away; for those who have MANAGE.</summary>
public sealed class ExperimentSharing(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>The permission that an account was given itself; None where there is no grant.</summary>
    public async Task<Permission> GetAsync(Caller caller, long experimentId, string userName, CancellationToken cancel)
    {
        await using var db = hub.Open();
        await db.ExperimentAsync(caller, experimentId, Permission.Manage, cancel);
        var user = await db.UserAsync(userName, cancel);
        return await db.ExperimentGrants.Where(g => g.ExperimentId == experimentId && g.UserId == user.Id).Select(g => g.Permission).FirstOrDefaultAsync(cancel);
    }

    /// <summary>All that was given on the experiment, in order of names, then what it inherits from its folders.</summary>
    public async Task<List<Share<Permission>>> ListAsync(Caller caller, long experimentId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var experiment = await db.ExperimentAsync(caller, experimentId, Permission.Manage, cancel);
        var present = await PresentAsync(db, experimentId, cancel);
        return [.. present.Values.Select(p => new Share<Permission>(p.Who.Who, p.Level)).InOrder(), .. await db.GivenAboveAsync(experiment.Name, cancel)];
    }

    /// <summary>Sets the permission; None takes it away. Repeating it is harmless.</summary>
    public Task SetAsync(Caller caller, long experimentId, string userName, Permission permission, CancellationToken cancel) =>
        ChangeAsync(caller, experimentId, [new(new(PrincipalKind.User, userName), permission)], replace: false, cancel);

    /// <summary>Sets the permissions of those named, None taking them away; with <paramref name="replace"/> nobody else keeps one.</summary>
    /// <exception cref="HubException">Invalid where nobody would be left to manage, unless an administrator does it.</exception>
    public Task ChangeAsync(Caller caller, long experimentId, IReadOnlyList<Share<Permission>> wished, bool replace, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                await db.ExperimentAsync(caller, experimentId, Permission.Manage, cancel);
                var present = await PresentAsync(db, experimentId, cancel);
                var now = clock.GetUtcNow();
                foreach (var change in await ShareChanges.OfAsync(db, caller, present, wished, replace, Permission.Manage, cancel))
                {
                    await (change.Who.IsGroup ? StoreForGroupAsync(db, experimentId, change, cancel) : StoreForUserAsync(db, experimentId, change, cancel));
                    db.Record(
                        caller, now, EventKinds.ExperimentShared, experimentId.ToString(), experimentId,
                        change.Who.ToEvent(change.Before.ToString()), change.Who.ToEvent(change.After.ToString()));
                }
            },
            cancel);

    private static async Task<Dictionary<Guid, (FoundPrincipal Who, Permission Level)>> PresentAsync(HubDb db, long experimentId, CancellationToken cancel)
    {
        var people = db.ExperimentGrants.Where(g => g.ExperimentId == experimentId).Select(g => new { Id = g.UserId, g.Permission });
        var groups = db.ExperimentGroupGrants.Where(g => g.ExperimentId == experimentId).Select(g => new { Id = g.GroupId, g.Permission });
        return await db.WithLevelsAsync(await people.Concat(groups).ToDictionaryAsync(g => g.Id, g => g.Permission, cancel), cancel);
    }

    private static async Task StoreForUserAsync(HubDb db, long experimentId, ShareChange<Permission> change, CancellationToken cancel)
    {
        var grant = await db.ExperimentGrants.FindAsync([experimentId, change.Who.Id], cancel);
        if (change.After == Permission.None)
        {
            db.Remove(grant!);
        }
        else if (grant is null)
        {
            db.Add(new ExperimentGrant { ExperimentId = experimentId, UserId = change.Who.Id, Permission = change.After });
        }
        else
        {
            grant.Permission = change.After;
        }
    }

    private static async Task StoreForGroupAsync(HubDb db, long experimentId, ShareChange<Permission> change, CancellationToken cancel)
    {
        var grant = await db.ExperimentGroupGrants.FindAsync([experimentId, change.Who.Id], cancel);
        if (change.After == Permission.None)
        {
            db.Remove(grant!);
        }
        else if (grant is null)
        {
            db.Add(new ExperimentGroupGrant { ExperimentId = experimentId, GroupId = change.Who.Id, Permission = change.After });
        }
        else
        {
            grant.Permission = change.After;
        }
    }
}
