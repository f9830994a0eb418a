using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Trash;

/// <summary>
/// Deletes for ever what is in the trash. Needs MANAGE, and no registered version may have come from it. On return the runs are gone
/// for everybody; the points of their metrics, and runs of a large experiment, follow in the background.
/// The bytes of artifacts are then nobody's, and go with the next sweep of the store.
/// </summary>
public sealed class Purges(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>What the call itself does of a large experiment, before it leaves the rest to <see cref="PurgeWorker"/>.</summary>
    private const int StepsPerCall = 20;

    /// <exception cref="HubException">NotFound, Denied; Invalid where a run is not in the trash; Conflict where a version came from one. Then none is deleted.</exception>
    public async Task RunsAsync(Caller caller, IReadOnlyList<string> runIds, CancellationToken cancel)
    {
        var ids = Checked(runIds, "run_ids");
        await using (var db = hub.Open())
        {
            // All are looked at before the first goes.
            foreach (var some in ids.Chunk(PurgeWorker.RunsPerStep))
            {
                await RequirePurgeableAsync(db, caller, some, cancel);
            }
        }

        foreach (var some in ids.Chunk(PurgeWorker.RunsPerStep))
        {
            await hub.WriteAsync(
                async db =>
                {
                    var runs = await RequirePurgeableAsync(db, caller, some, cancel);
                    var now = clock.GetUtcNow();
                    runs.ForEach(r => db.Record(caller, now, EventKinds.RunPurged, r.RunId, r.ExperimentId, before: new { r.Name, r.CreatedBy, r.StartTime }));
                    await PurgeWorker.RemoveRunsAsync(db, runs.ConvertAll(r => r.Key), cancel);
                },
                cancel);
        }
    }

    /// <exception cref="HubException">NotFound, Denied; Invalid where an experiment is not in the trash; Conflict where a version came from it. Then none is deleted.</exception>
    public async Task ExperimentsAsync(Caller caller, IReadOnlyList<long> experimentIds, CancellationToken cancel)
    {
        var ids = Checked(experimentIds, "experiment_ids");
        await hub.WriteAsync(
            async db =>
            {
                var now = clock.GetUtcNow();
                foreach (var id in ids)
                {
                    var experiment = await RequirePurgeableAsync(db, caller, id, cancel);
                    if (!experiment.IsPurged)
                    {
                        experiment.Purge();
                        db.Record(caller, now, EventKinds.ExperimentPurged, id.ToString(), id, before: new { experiment.Name, Runs = await db.Runs.CountAsync(r => r.ExperimentId == id, cancel) });
                    }
                }
            },
            cancel);
        var left = StepsPerCall;
        foreach (var id in ids)
        {
            while (left-- > 0 && await PurgeWorker.OfExperimentAsync(hub, id, cancel))
            {
            }
        }
    }

    private static async Task<List<Run>> RequirePurgeableAsync(HubDb db, Caller caller, string[] runIds, CancellationToken cancel)
    {
        List<Run> runs = [];
        foreach (var id in runIds)
        {
            var run = await db.RunAsync(caller, id, Permission.Manage, cancel);
            runs.Add(run.IsDeleted ? run : throw HubException.Invalid($"The run {id} must be in the 'deleted' state. Current state is active."));
        }

        var keys = runs.ConvertAll(r => (long?)r.Key);
        var refused = runs is [var only] ? $"Run {only.RunId} cannot be deleted for ever" : "Not all of these runs can be deleted for ever";
        await Pointers.RequireNoneAsync(db, caller, db.ModelVersions.Where(v => keys.Contains(v.SourceRunKey)), refused, cancel);
        return runs;
    }

    private static async Task<Experiment> RequirePurgeableAsync(HubDb db, Caller caller, long id, CancellationToken cancel)
    {
        var experiment = await db.ExperimentAsync(caller, id, Permission.Manage, cancel);
        if (id == Experiment.DefaultId)
        {
            throw HubException.Invalid("The default experiment cannot be deleted for ever: clients log to it where they name none.");
        }

        if (!experiment.IsDeleted)
        {
            throw HubException.Invalid($"The experiment {id} must be in the 'deleted' state. Current state is active.");
        }

        await Pointers.RequireNoneAsync(
            db, caller, db.ModelVersions.Where(v => db.Runs.Any(r => r.Key == v.SourceRunKey && r.ExperimentId == id)), $"Experiment {id} cannot be deleted for ever", cancel);
        return experiment;
    }

    private static List<T> Checked<T>(IReadOnlyList<T> ids, string parameter) =>
        ids.Count is > 0 and <= Limits.PurgedPerCall
            ? [.. ids.Distinct()]
            : throw HubException.Invalid($"Invalid value for parameter '{parameter}' supplied: name at least 1 and at most {Limits.PurgedPerCall}.");
}
