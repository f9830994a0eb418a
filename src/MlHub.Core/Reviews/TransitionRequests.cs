using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Reviews;

/// <summary>
/// Asking for a move, and deciding about it. A decision is about a stage: it answers everyone who asked for it, and what was
/// asked first says who must not decide under four eyes.
/// </summary>
public sealed class TransitionRequests(HubDbFactory hub, TimeProvider clock)
{
    public Task<TransitionRequest> OpenAsync(Caller caller, VersionKey key, Stage to, string? comment, CancellationToken cancel)
    {
        LogRules.CheckLength(comment ?? "", Limits.Comment, "comment");
        return hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
                found.RequireReady();
                await RequireNewAsync(db, caller, found, to, cancel);
                var now = clock.GetUtcNow();
                var request = new TransitionRequest
                {
                    VersionId = found.Version.Id,
                    ToStage = to,
                    RequestedById = caller.Id,
                    RequestedBy = caller.Name,
                    Comment = comment ?? "",
                    CreatedAt = now,
                    UpdatedAt = now,
                    VersionDigest = found.Version.Digest,
                };
                db.Add(request);
                await db.SaveChangesAsync(cancel);
                await db.LookAtAsync(found.Version, to, now, cancel);
                db.Record(caller, now, EventKinds.RequestOpened, found.Model, key.Number, after: new
                {
                    request.Id,
                    fromStage = found.Version.Stage.ToString(),
                    toStage = to.ToString(),
                    comment,
                });
                return request;
            },
            cancel);
    }

    /// <summary>Oldest first.</summary>
    public async Task<List<RequestDetails>> ListOpenAsync(Caller caller, VersionKey key, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.OpenRequestsAsync(caller, await db.VersionAsync(caller, key, RegistryPermission.Read, cancel), clock.GetUtcNow(), cancel);
    }

    /// <summary>Open requests that the caller may decide and has not yet approved, oldest first.</summary>
    public async Task<List<RequestDetails>> AwaitingAsync(Caller caller, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.AwaitingAsync(caller, clock.GetUtcNow(), cancel);
    }

    /// <summary>Says yes, and moves the version once the policy is met. Repeating one's own yes is harmless.</summary>
    public Task<Activity> ApproveAsync(
        Caller caller, VersionKey key, Stage to, bool archiveExisting, string? comment, string? overrideReason, CancellationToken cancel)
    {
        LogRules.CheckLength(comment ?? "", Limits.Comment, "comment");
        LogRules.CheckLength(overrideReason ?? "", Limits.OverrideReason, "override_reason");
        return hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
                found.RequireToMove(caller, to);
                if ((await OpenToAsync(db, found.Version.Id, to, cancel)).FirstOrDefault() is not { } request)
                {
                    return await db.RepeatedAsync(caller, found, to, cancel);
                }

                found.RequireReady();
                if (request.VersionDigest != found.Version.Digest)
                {
                    throw HubException.Conflict($"The files of {key} are not those that {request.RequestedBy} asked to move to {to}; ask again.");
                }

                var now = clock.GetUtcNow();
                var isNew = Endorse(request, caller, comment, now);
                var verdict = await db.VerdictAsync(found, to, request.RequestedBy, request.Approvals, caller, now, cancel);
                if (string.IsNullOrWhiteSpace(overrideReason) && !verdict.IsMet && !verdict.Blocking.Any())
                {
                    return isNew
                        ? await EndorsedAsync(db, caller, found, request, new(comment, null, request.Id, verdict.Unmet.First().Detail), now, cancel)
                        : await db.ToldAsync(caller, found, EventKinds.RequestEndorsed, request.Id, cancel);
                }

                var overridden = verdict.RequireMet(caller, found, to, request.RequestedBy, overrideReason);
                await db.ApplyAsync(caller, found, to, archiveExisting, new(comment, overridden, request.Id), now, cancel);
                return await db.SavedAsync(EventKinds.RequestApproved, cancel);
            },
            cancel);
    }

    public Task<Activity> RejectAsync(Caller caller, VersionKey key, Stage to, string? comment, CancellationToken cancel)
    {
        LogRules.CheckLength(comment ?? "", Limits.Comment, "comment");
        return hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
                found.RequireToMove(caller, to);
                var open = await OpenToAsync(db, found.Version.Id, to, cancel);
                if (open.Count == 0)
                {
                    throw await db.NotOpenAsync(found, to, cancel);
                }

                return await CloseAsync(db, caller, found, open, RequestState.Rejected, EventKinds.RequestRejected, comment, cancel);
            },
            cancel);
    }

    /// <summary>Takes back the request of <paramref name="creator"/>: they may themselves, and who manages the model.</summary>
    public Task<Activity> CancelAsync(Caller caller, VersionKey key, Stage to, string creator, string? comment, CancellationToken cancel)
    {
        LogRules.CheckLength(comment ?? "", Limits.Comment, "comment");
        return hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, key, RegistryPermission.Read, cancel);
                var request = (await OpenToAsync(db, found.Version.Id, to, cancel)).FirstOrDefault(r => r.RequestedBy.Equals(creator, StringComparison.OrdinalIgnoreCase))
                    ?? throw HubException.NotFound($"{LogRules.Shown(creator)} has no open request to move {key} to {to}.");
                if (request.RequestedById != caller.Id)
                {
                    RegistryAccess.Require(caller, found.Permission, RegistryPermission.Manage, "", $"model {LogRules.Shown(key.Model)}");
                }

                return await CloseAsync(db, caller, found, [request], RequestState.Cancelled, EventKinds.RequestCancelled, comment, cancel);
            },
            cancel);
    }

    /// <summary>How the rules of a stage stand for a version that waits to enter it.</summary>
    public async Task<PolicyVerdict> VerdictAsync(Caller caller, VersionKey key, Stage to, CancellationToken cancel) =>
        (await ListOpenAsync(caller, key, cancel)).FirstOrDefault(r => r.Request.ToStage == to)?.Verdict
        ?? throw HubException.NotFound($"No open request asks to move {key} to {to}.");

    private static bool Endorse(TransitionRequest request, Caller caller, string? comment, DateTimeOffset now)
    {
        if (request.Approvals.Any(a => a.UserId == caller.Id))
        {
            return false;
        }

        request.Approvals.Add(new() { UserId = caller.Id, UserName = caller.Name, Comment = comment ?? "", At = now });
        request.UpdatedAt = now;
        return true;
    }

    private static async Task RequireNewAsync(HubDb db, Caller caller, FoundVersion found, Stage to, CancellationToken cancel)
    {
        if (found.Version.Stage == to)
        {
            throw HubException.Invalid($"Invalid value '{to}' for parameter 'stage' supplied: {found.Key} is in {to} already.");
        }

        var open = db.TransitionRequests.OpenOf(found.Version.Id);
        if (await open.AnyAsync(r => r.ToStage == to && r.RequestedById == caller.Id, cancel))
        {
            throw HubException.Invalid($"{caller.Name} has asked to move {found.Key} to {to} already; the request is open.");
        }

        if (await open.CountAsync(cancel) >= Limits.OpenRequestsPerVersion)
        {
            throw HubException.Invalid($"{found.Key} has {Limits.OpenRequestsPerVersion} open requests; no more are taken.");
        }
    }

    private static Task<List<TransitionRequest>> OpenToAsync(HubDb db, long versionId, Stage to, CancellationToken cancel) =>
        db.TransitionRequests.Include(r => r.Approvals).OpenOf(versionId).Where(r => r.ToStage == to).ToListAsync(cancel);

    private async Task<Activity> CloseAsync(
        HubDb db, Caller caller, FoundVersion found, List<TransitionRequest> requests, RequestState state, string kind, string? comment, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        foreach (var request in requests)
        {
            request.Close(state, caller.Name, comment, now);
            db.RecordDecision(caller, kind, found.Model, found.Version, request, new(comment, null, request.Id), now);
        }

        return await db.SavedAsync(kind, cancel);
    }

    private static async Task<Activity> EndorsedAsync(
        HubDb db, Caller caller, FoundVersion found, TransitionRequest request, Decision decision, DateTimeOffset now, CancellationToken cancel)
    {
        db.RecordDecision(caller, EventKinds.RequestEndorsed, found.Model, found.Version, request, decision, now);
        return await db.SavedAsync(EventKinds.RequestEndorsed, cancel);
    }
}
