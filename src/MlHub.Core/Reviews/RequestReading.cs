using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>Reads open requests as somebody sees them.</summary>
internal static class RequestReading
{
    /// <summary>Those of a version that nobody has decided, oldest first.</summary>
    public static IQueryable<TransitionRequest> OpenOf(this IQueryable<TransitionRequest> requests, long versionId) =>
        requests.Where(r => r.VersionId == versionId && r.State == RequestState.Open).OrderBy(r => r.Id);

    /// <summary>The open requests of a version, oldest first.</summary>
    public static async Task<List<RequestDetails>> OpenRequestsAsync(
        this HubDb db, Caller caller, FoundVersion found, DateTimeOffset now, CancellationToken cancel) =>
        await db.DescribeAsync(
            caller, found,
            await db.TransitionRequests.AsNoTracking().Include(r => r.Approvals).OpenOf(found.Version.Id).ToListAsync(cancel),
            now, cancel);

    /// <summary>What waits for this person: requests that they may approve and have not yet.</summary>
    public static async Task<List<RequestDetails>> AwaitingAsync(this HubDb db, Caller caller, DateTimeOffset now, CancellationToken cancel)
    {
        var open = await db.TransitionRequests.AsNoTracking().Include(r => r.Approvals).Where(r => r.State == RequestState.Open)
            .Join(db.ModelVersions, r => r.VersionId, v => v.Id, (r, v) => new { Request = r, Version = v })
            .Join(db.RegisteredModels.ReadableBy(db, caller), o => o.Version.ModelId, m => m.Id, (o, m) => new { o.Request, o.Version, Model = m })
            .OrderBy(o => o.Request.Id).Take(Limits.AwaitingShown).ToListAsync(cancel);
        Dictionary<long, RegistryPermission> permissions = [];
        List<RequestDetails> awaiting = [];
        foreach (var version in open.GroupBy(o => o.Version.Id))
        {
            var first = version.First();
            if (!permissions.TryGetValue(first.Model.Id, out var permission))
            {
                permissions[first.Model.Id] = permission = await db.PermissionOnModelAsync(caller, first.Model.Id, cancel);
            }

            if (permission >= RegistryPermission.ManageStaging)
            {
                var found = new FoundVersion(first.Model, first.Version, permission);
                awaiting.AddRange((await db.DescribeAsync(caller, found, [.. version.Select(o => o.Request)], now, cancel)).Where(r => Awaits(r, caller)));
            }
        }

        return [.. awaiting.OrderBy(r => r.Request.Id)];
    }

    private static bool Awaits(RequestDetails request, Caller caller) =>
        request.Actions.Contains(RequestAction.Approve)
        && request.Request.Approvals.All(a => a.UserId != caller.Id)
        && request.Verdict.Unmet.All(r => r.Rule is not (PolicyRules.FourEyes or PolicyRules.Approvers));

    private static async Task<List<RequestDetails>> DescribeAsync(
        this HubDb db, Caller caller, FoundVersion found, List<TransitionRequest> open, DateTimeOffset now, CancellationToken cancel)
    {
        List<RequestDetails> details = [];
        foreach (var stage in open.GroupBy(r => r.ToStage))
        {
            var mayDecide = found.Permission >= RegistryAccess.NeededToMove(found.Version.Stage, stage.Key);
            var first = stage.First();
            var verdict = await db.VerdictAsync(found, stage.Key, first.RequestedBy, first.Approvals, mayDecide ? caller : null, now, cancel);
            details.AddRange(stage.Select(r => new RequestDetails(
                r, found.Key, found.Model.Id, found.Version.Stage, [.. Actions(caller, found, r, mayDecide)], verdict)));
        }

        return [.. details.OrderBy(d => d.Request.Id)];
    }

    private static IEnumerable<RequestAction> Actions(Caller caller, FoundVersion found, TransitionRequest request, bool mayDecide)
    {
        if (mayDecide)
        {
            yield return RequestAction.Approve;
            yield return RequestAction.Reject;
        }

        if (request.RequestedById == caller.Id || found.Permission == RegistryPermission.Manage)
        {
            yield return RequestAction.Cancel;
        }
    }
}
