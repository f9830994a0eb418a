using MlHub.Access;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Reviews;

/// <summary>Moves of versions between stages.</summary>
public sealed class Transitions(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>
    /// Moves a version at once. Where the stage has a policy, this is a request and its approval by the same person.
    /// To where it already is, nothing moves but what is to be archived.
    /// </summary>
    public Task<VersionDetails> MoveAsync(
        Caller caller, VersionKey key, Stage to, bool archiveExisting, string? comment, string? overrideReason, CancellationToken cancel)
    {
        LogRules.CheckLength(comment ?? "", Limits.Comment, "comment");
        LogRules.CheckLength(overrideReason ?? "", Limits.OverrideReason, "override_reason");
        return hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
                found.RequireToMove(caller, to);
                found.RequireReady();
                var now = clock.GetUtcNow();
                var overridden = found.Version.Stage == to ? null : await RequirePolicyAsync(db, caller, found, to, overrideReason, now, cancel);
                await db.ApplyAsync(caller, found, to, archiveExisting, new(comment, overridden, null), now, cancel);
                await db.SaveChangesAsync(cancel);
                return await RegistryReader.VersionAsync(db, found, cancel);
            },
            cancel);
    }

    private static async Task<string?> RequirePolicyAsync(
        HubDb db, Caller caller, FoundVersion found, Stage to, string? overrideReason, DateTimeOffset now, CancellationToken cancel)
    {
        var own = new Approval { UserId = caller.Id, UserName = caller.Name, Comment = "", At = now };
        var verdict = await db.VerdictAsync(found, to, caller.Name, [own], caller, now, cancel);
        return verdict.RequireMet(caller, found, to, caller.Name, overrideReason);
    }
}
