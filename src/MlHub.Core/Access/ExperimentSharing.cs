using Microsoft.EntityFrameworkCore;
using MlHub.Events;
using MlHub.Tracking;

namespace MlHub.Access;

/// <summary>Gives people a permission on an experiment, or takes it away; for those who have MANAGE.</summary>
public sealed class ExperimentSharing(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>The permission someone was given; None where there is no grant.</summary>
    public async Task<Permission> GetAsync(Caller caller, long experimentId, string userName, CancellationToken cancel)
    {
        await using var db = hub.Open();
        await db.ExperimentAsync(caller, experimentId, Permission.Manage, cancel);
        var user = await UserAsync(db, userName, cancel);
        return await db.ExperimentGrants.Where(g => g.ExperimentId == experimentId && g.UserId == user.Id).Select(g => g.Permission).FirstOrDefaultAsync(cancel);
    }

    /// <summary>Sets the permission; None takes it away. Repeating it is harmless.</summary>
    public Task SetAsync(Caller caller, long experimentId, string userName, Permission permission, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                await db.ExperimentAsync(caller, experimentId, Permission.Manage, cancel);
                var user = await UserAsync(db, userName, cancel);
                var grant = await db.ExperimentGrants.FindAsync([experimentId, user.Id], cancel);
                var before = grant?.Permission ?? Permission.None;
                if (before == permission)
                {
                    return;
                }

                if (permission == Permission.None)
                {
                    db.Remove(grant!);
                }
                else if (grant is null)
                {
                    db.Add(new ExperimentGrant { ExperimentId = experimentId, UserId = user.Id, Permission = permission });
                }
                else
                {
                    grant.Permission = permission;
                }

                db.Record(
                    caller, clock.GetUtcNow(), EventKinds.ExperimentShared, experimentId.ToString(), experimentId,
                    new { userName, Permission = before.ToString() }, new { userName, Permission = permission.ToString() });
            },
            cancel);

    private static async Task<HubUser> UserAsync(HubDb db, string userName, CancellationToken cancel)
    {
        var normalized = userName.ToUpperInvariant();
        return await db.Users.FirstOrDefaultAsync(u => u.NormalizedUserName == normalized, cancel)
            ?? throw HubException.NotFound($"User with username={LogRules.Shown(userName)} not found");
    }
}
