using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>What was decided already, as those hear it who come late or ask twice.</summary>
internal static class RequestHistory
{
    /// <summary>Saves, and tells the first event of that kind that is among what was saved.</summary>
    public static async Task<Activity> SavedAsync(this HubDb db, string kind, CancellationToken cancel)
    {
        await db.SaveChangesAsync(cancel);
        return Activity.Of(db.Events.Local.Where(e => e.Kind == kind).MinBy(e => e.Id)!);
    }

    /// <summary>What the caller's approval brought about the first time; for anybody else the refusal that says who decided.</summary>
    public static async Task<Activity> RepeatedAsync(this HubDb db, Caller caller, FoundVersion found, Stage to, CancellationToken cancel)
    {
        var last = await db.LastAsync(found.Version.Id, to, cancel);
        return last is { State: RequestState.Approved } && last.DecidedBy == caller.Name && found.Version.Stage == to
            ? await db.ToldAsync(caller, found, EventKinds.RequestApproved, last.Id, cancel)
            : throw await db.NotOpenAsync(found, to, cancel);
    }

    /// <summary>The activity of an earlier event about a request.</summary>
    public static async Task<Activity> ToldAsync(this HubDb db, Caller caller, FoundVersion found, string kind, long requestId, CancellationToken cancel)
    {
        var id = $"\"id\":{requestId},";
        return Activity.Of(await db.Events.AsNoTracking()
            .Where(e => e.ModelId == found.Model.Id && e.Version == found.Version.Number && e.Kind == kind && e.Actor == caller.Name && e.After!.Contains(id))
            .OrderByDescending(e => e.Id).FirstAsync(cancel));
    }

    /// <summary>Why there is nothing to decide: it was decided, or nobody ever asked.</summary>
    public static async Task<HubException> NotOpenAsync(this HubDb db, FoundVersion found, Stage to, CancellationToken cancel) =>
        await db.LastAsync(found.Version.Id, to, cancel) is { } last
            ? HubException.Conflict($"The request to move {found.Key} to {to} was already {last.State.ToString().ToLowerInvariant()} by {last.DecidedBy}.")
            : HubException.NotFound($"No open request asks to move {found.Key} to {to}.");

    private static Task<TransitionRequest?> LastAsync(this HubDb db, long versionId, Stage to, CancellationToken cancel) =>
        db.TransitionRequests.AsNoTracking().Where(r => r.VersionId == versionId && r.ToStage == to && r.State != RequestState.Open)
            .OrderByDescending(r => r.DecidedAt).ThenByDescending(r => r.Id).FirstOrDefaultAsync(cancel);
}
