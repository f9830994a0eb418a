using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>The one place where a version changes its stage, and what must hold before. Direct moves and approvals both end here.</summary>
internal static class Promotion
{
    /// <summary>Refuses those without the right for this move. A move out of Production is one of Production.</summary>
    public static void RequireToMove(this FoundVersion found, Caller caller, Stage to) =>
        RegistryAccess.Require(
            caller, found.Permission, RegistryAccess.NeededToMove(found.Version.Stage, to), "", $"model {Tracking.LogRules.Shown(found.Model.Name)}");

    public static void RequireReady(this FoundVersion found)
    {
        if (found.Version.Status != VersionStatus.Ready)
        {
            throw HubException.Invalid($"{found.Key} is not ready: its files are not all there.");
        }
    }

    /// <summary>Null where the policy is met, else the reason with which a manager sets it aside.</summary>
    /// <exception cref="HubException">Denied, naming the unmet rules.</exception>
    public static string? RequireMet(this PolicyVerdict verdict, Caller caller, FoundVersion found, Stage to, string requester, string? overrideReason)
    {
        if (verdict.IsMet)
        {
            return null;
        }

        if (string.IsNullOrWhiteSpace(overrideReason))
        {
            throw HubException.Denied($"The policy for {to} of model {found.Model.Name} is not met: {verdict}.");
        }

        if (found.Permission < RegistryPermission.Manage)
        {
            throw HubException.Denied($"Only those who manage model {found.Model.Name} may override its policy for {to}.");
        }

        // A token must not carry its owner's own wish past the second pair of eyes.
        if (caller.Origin?.Via.StartsWith("token", StringComparison.Ordinal) == true && caller.Name == requester && verdict.Unmet.Any(r => r.Rule == PolicyRules.FourEyes))
        {
            throw HubException.Denied("A token cannot override four eyes for what its owner asked for; a person can, signed in.");
        }

        return overrideReason;
    }

    /// <summary>
    /// Moves the version, archives the others of the stage if wanted, and closes as approved every open request that this fulfils:
    /// whoever moves a version where somebody asked for it has answered them. Each is an event.
    /// </summary>
    public static async Task ApplyAsync(
        this HubDb db, Caller caller, FoundVersion found, Stage to, bool archiveExisting, Decision decision, DateTimeOffset now, CancellationToken cancel)
    {
        RequireArchivable(to, archiveExisting);
        var from = found.Version.Stage;
        if (from == to && !archiveExisting)
        {
            return;
        }

        if (from != to || decision.IsRollback is true)
        {
            await CloseFulfilledAsync(db, caller, found, found.Version, to, decision, now, cancel);
            found.Version.MoveTo(to, now);
            db.Record(caller, now, EventKinds.VersionMoved, found.Model, found.Version.Number, new { stage = from.ToString() }, new
            {
                stage = to.ToString(),
                decision.Comment,
                decision.OverrideReason,
                decision.RequestId,
                decision.IsRollback,
            });
        }

        if (archiveExisting)
        {
            await ArchiveOthersAsync(db, caller, found, to, decision, now, cancel);
        }

        found.Model.UpdatedAt = now;
        await db.SaveChangesAsync(cancel);
        await db.LookAgainAsync(found.Model.Id, [from, to], now, cancel);
    }

    private static void RequireArchivable(Stage to, bool archiveExisting)
    {
        if (archiveExisting && !to.IsLive())
        {
            throw HubException.Invalid(
                $"Model version transition cannot archive existing model versions because '{to}' is not an Active stage. Valid stages are ['Staging', 'Production']");
        }
    }

    private static async Task ArchiveOthersAsync(
        HubDb db, Caller caller, FoundVersion found, Stage stage, Decision decision, DateTimeOffset now, CancellationToken cancel)
    {
        var others = await db.ModelVersions.Where(v => v.ModelId == found.Model.Id && v.Stage == stage && v.Id != found.Version.Id).ToListAsync(cancel);
        foreach (var other in others)
        {
            var systemComment = $"Archived because version {found.Version.Number} moved to {stage}.";
            await CloseFulfilledAsync(db, caller, found, other, Stage.Archived, new(null, null, null, systemComment), now, cancel);
            other.MoveTo(Stage.Archived, now);
            db.Record(caller, now, EventKinds.VersionMoved, found.Model, other.Number, new { stage = stage.ToString() }, new
            {
                stage = Stage.Archived.ToString(),
                systemComment,
                decision.RequestId,
            });
        }
    }

    private static async Task CloseFulfilledAsync(
        HubDb db, Caller caller, FoundVersion found, ModelVersion version, Stage to, Decision decision, DateTimeOffset now, CancellationToken cancel)
    {
        foreach (var request in await db.TransitionRequests.OpenOf(version.Id).Where(r => r.ToStage == to).ToListAsync(cancel))
        {
            request.Close(RequestState.Approved, caller.Name, decision.ToString(), now);
            db.RecordDecision(caller, EventKinds.RequestApproved, found.Model, version, request, decision, now);
        }
    }

    /// <summary>The event of a decision about a request.</summary>
    public static void RecordDecision(
        this HubDb db, Caller caller, string kind, RegisteredModel model, ModelVersion version, TransitionRequest request, Decision decision, DateTimeOffset now) =>
        db.Record(caller, now, kind, model, version.Number, after: new
        {
            request.Id,
            fromStage = version.Stage.ToString(),
            toStage = request.ToStage.ToString(),
            decision.Comment,
            decision.OverrideReason,
            decision.SystemComment,
            creator = request.RequestedBy,
        });
}

/// <summary>What was said with a decision, and which request it answers.</summary>
internal sealed record Decision(string? Comment, string? OverrideReason, long? RequestId, string? SystemComment = null)
{
    /// <summary>Whether the version was there before and comes back by <see cref="Rollbacks"/>; null where it does not, so that events do not speak of it.</summary>
    public bool? IsRollback { get; init; }

    public override string ToString() => string.Join('\n', new[] { Comment, OverrideReason, SystemComment }.Where(t => !string.IsNullOrEmpty(t)));
}
