using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Reviews;

/// <summary>A way back.</summary>
/// <param name="Stage">The stage.</param>
/// <param name="Version">The version that was there before.</param>
/// <param name="Replaced">The one that is there now.</param>
/// <param name="Warnings">Rules of the stage that the version does not meet today.</param>
public sealed record Rollback(Stage Stage, int Version, int Replaced, IReadOnlyList<string> Warnings);

/// <summary>
/// Brings back the version whose place the present one took. It was approved for the stage then and its files cannot have changed, so whoever may move versions
/// there may do it at once, whatever approvals a policy asks for. A version that was rolled back itself, or taken out by somebody, comes back the usual way only.
/// </summary>
public sealed class Rollbacks(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>What the caller may do in each stage; none where there is no way back for them.</summary>
    public async Task<List<Rollback>> ListAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var found = await db.FoundModelAsync(caller, name, RegistryPermission.Read, cancel);
        List<Rollback> ways = [];
        foreach (var stage in new[] { Stage.Production, Stage.Staging }.Where(s => found.Permission >= RegistryAccess.NeededToMove(Stage.None, s)))
        {
            if (await WayOrNullAsync(db, found, stage, cancel) is { } way && found.Permission >= RegistryAccess.NeededToMove(way.Found.Version.Stage, stage))
            {
                ways.Add(await ToRollbackAsync(db, caller, way, stage, cancel));
            }
        }

        return ways;
    }

    /// <summary>Moves the version back and archives those that took its place.</summary>
    /// <exception cref="HubException">Conflict where there is no way back; Denied for whoever may not move versions there.</exception>
    public Task<Rollback> RollBackAsync(Caller caller, string name, Stage stage, string? reason, CancellationToken cancel)
    {
        LogRules.CheckLength(reason ?? "", Limits.Comment, "reason");
        return hub.WriteAsync(
            async db =>
            {
                var found = await db.FoundModelAsync(caller, name, RegistryPermission.Read, cancel);
                RegistryAccess.Require(caller, found.Permission, RegistryAccess.NeededToMove(Stage.None, stage), "", $"model {LogRules.Shown(name)}");
                var way = await WayOrNullAsync(db, found, stage, cancel)
                    ?? throw HubException.Conflict($"There is no version of model {LogRules.Shown(name)} to go back to in {stage}: nothing approved was replaced by the one that is there.");
                way.Found.RequireToMove(caller, stage);
                var rollback = await ToRollbackAsync(db, caller, way, stage, cancel);
                await db.ApplyAsync(caller, way.Found, stage, archiveExisting: true, new(reason, null, null) { IsRollback = true }, clock.GetUtcNow(), cancel);
                return rollback;
            },
            cancel);
    }

    private static async Task<Way?> WayOrNullAsync(HubDb db, FoundModel found, Stage stage, CancellationToken cancel)
    {
        var succession = new StageSuccession(stage);
        var moves = db.Events.AsNoTracking().Where(e => e.ModelId == found.Model.Id && e.Kind == EventKinds.VersionMoved && e.Version != null).OrderBy(e => e.Id);
        await foreach (var move in moves.AsAsyncEnumerable().WithCancellation(cancel))
        {
            succession.Apply(move);
        }

        var present = await db.ModelVersions.Where(v => v.ModelId == found.Model.Id && v.Stage == stage).MaxAsync(v => (int?)v.Number, cancel);
        return succession.Last is { } last && last.Present.Version == present
            && (!last.Before.WasOverridden || found.Permission >= RegistryPermission.Manage)
            && await db.ModelVersions.FirstOrDefaultAsync(v => v.ModelId == found.Model.Id && v.Number == last.Before.Version && v.Status == VersionStatus.Ready, cancel) is { } before
                ? new(new(found.Model, before, found.Permission), last.Present.Version)
                : null;
    }

    private async Task<Rollback> ToRollbackAsync(HubDb db, Caller caller, Way way, Stage stage, CancellationToken cancel)
    {
        var verdict = await db.VerdictAsync(way.Found, stage, caller.Name, [], null, clock.GetUtcNow(), cancel);
        return new(stage, way.Found.Version.Number, way.Replaced, [.. verdict.Blocking.Select(r => $"{r.Rule}: {r.Detail}")]);
    }

    private sealed record Way(FoundVersion Found, int Replaced);
}
