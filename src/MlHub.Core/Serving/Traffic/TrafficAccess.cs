using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Tracking;

namespace MlHub.Serving.Traffic;

/// <summary>
/// Who may have a version answer others. Putting one before the callers of a stage is what a move to it does, so it needs the same right and the same policy; by a
/// shadow nobody is answered.
/// </summary>
internal static class TrafficAccess
{
    public static async Task<RegistryPermission> NeededToDirectAsync(this HubDb db, long modelId, string selector, TrafficKind kind, Stage from, CancellationToken cancel) =>
        kind == TrafficKind.Shadow ? RegistryPermission.Manage
        : StageOf(selector) is { } stage ? RegistryAccess.NeededToMove(from, stage)
        : await db.NeededToPointAsync(modelId, cancel);

    public static async Task RequireToDirectAsync(
        this HubDb db, Caller caller, FoundModel found, string selector, TrafficKind kind, Stage from, CancellationToken cancel) =>
        RegistryAccess.Require(
            caller, found.Permission, await db.NeededToDirectAsync(found.Model.Id, selector, kind, from, cancel), "", $"model {LogRules.Shown(found.Model.Name)}");

    /// <summary>
    /// Null where the stage's policy is met, else the reason with which a manager sets it aside. Where others asked for the move, their request is what the caller
    /// approves of: whoever could move the version may begin with a share.
    /// </summary>
    /// <exception cref="HubException">Denied, naming the unmet rules.</exception>
    public static async Task<string?> RequirePolicyAsync(
        this HubDb db, Caller caller, FoundVersion found, string selector, string? overrideReason, DateTimeOffset now, CancellationToken cancel)
    {
        // Where the version is in the stage already, the policy let it in.
        if (StageOf(selector) is not { } stage || found.Version.Stage == stage)
        {
            return null;
        }

        var request = await db.TransitionRequests.AsNoTracking().Include(r => r.Approvals)
            .Where(r => r.VersionId == found.Version.Id && r.ToStage == stage && r.State == RequestState.Open && r.VersionDigest == found.Version.Digest)
            .OrderBy(r => r.CreatedAt).ThenBy(r => r.Id).FirstOrDefaultAsync(cancel);
        var requester = request?.RequestedBy ?? caller.Name;
        var own = new Approval { UserId = caller.Id, UserName = caller.Name, Comment = "", At = now };
        var verdict = await db.VerdictAsync(found, stage, requester, [.. request?.Approvals ?? [], own], caller, now, cancel);
        return verdict.RequireMet(caller, found, stage, requester, overrideReason);
    }

    private static Stage? StageOf(string selector) => selector.StartsWith('@') ? null : Stages.Parse(selector);
}
