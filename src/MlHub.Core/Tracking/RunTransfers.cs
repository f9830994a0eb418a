using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Tracking.Metrics;

namespace MlHub.Tracking;

/// <summary>
/// Moves and copies runs between experiments. A moved run changes who may see it, so moving takes MANAGE where the run is; a
/// copy leaves it untouched, so there READ is enough. Either takes EDIT where it goes.
/// </summary>
public sealed class RunTransfers(HubDbFactory hub, IRunLogStore store, TimeProvider clock)
{
    /// <summary>On a copy: the id of the run it was made from.</summary>
    public const string CopiedFromTag = "mlhub.copiedFrom";

    private const int PointsPerCall = 10_000;

    /// <summary>All of the runs or none. They keep their ids, and every address of their artifacts goes on to work.</summary>
    /// <exception cref="HubException">NotFound, Denied; Invalid for what is deleted, or keeps its artifacts elsewhere.</exception>
    public Task MoveAsync(Caller caller, IReadOnlyList<string> runIds, long experimentId, bool withChildren, CancellationToken cancel)
    {
        var ids = Checked(runIds, Limits.MovedRuns);
        return hub.WriteAsync(
            async db =>
            {
                var target = await TargetAsync(db, caller, experimentId, cancel);
                var runs = await RunsAsync(db, caller, ids, Permission.Manage, cancel);
                if (withChildren)
                {
                    runs = await RunFamilies.WithDescendantsAsync(db, runs, Limits.MovedRuns, cancel);
                }

                var now = clock.GetUtcNow();
                foreach (var run in runs.Where(r => r.ExperimentId != target.Id))
                {
                    await RequireOwnArtifactsAsync(db, run, target, cancel);
                    await MoveDatasetsAsync(db, run, target, cancel);
                    db.Record(caller, now, EventKinds.RunMoved, run.RunId, run.ExperimentId, after: new { To = target.Id });
                    db.Record(caller, now, EventKinds.RunMoved, run.RunId, target.Id, new { run.ExperimentId }, new { ExperimentId = target.Id });
                    await db.MetricSeries.Where(s => s.RunKey == run.Key).ExecuteUpdateAsync(s => s.SetProperty(x => x.ExperimentId, target.Id), cancel);
                    run.ExperimentId = target.Id;
                }
            },
            cancel);
    }

    /// <summary>Makes a new run of each with all it logged; artifacts are the same bytes. Children that come along get the copied parent.</summary>
    /// <returns>The ids of the copies by those of the originals, parents before children.</returns>
    /// <exception cref="HubException">NotFound, Denied; Invalid for what is deleted, too large, or keeps its artifacts elsewhere.</exception>
    public async Task<List<KeyValuePair<string, string>>> CopyAsync(Caller caller, IReadOnlyList<string> runIds, long experimentId, bool withChildren, CancellationToken cancel)
    {
        var ids = Checked(runIds, Limits.CopiedRuns);
        List<Run> runs;
        await using (var db = hub.Open())
        {
            var target = await TargetAsync(db, caller, experimentId, cancel);
            runs = await RunsAsync(db, caller, ids, Permission.Read, cancel);
            runs = withChildren ? await RunFamilies.WithDescendantsAsync(db, runs, Limits.CopiedRuns, cancel) : runs;
            await RequireCopiableAsync(db, runs, target, cancel);
        }

        var copies = new Dictionary<string, string>();
        foreach (var run in runs)
        {
            var (copyId, status) = await BeginAsync(caller, run.RunId, experimentId, copies, cancel);
            copies.Add(run.RunId, copyId);
            await CopyMetricsAsync(caller, run.Key, copyId, cancel);
            await hub.WriteAsync(async db => (await db.RunAsync(caller, copyId, Permission.Edit, cancel)).Status = status, cancel);
        }

        return [.. copies];
    }

    /// <summary>The copy with all but its points. Until those are there it is SCHEDULED: who sees one that stays so knows that it was not finished.</summary>
    private Task<(string CopyId, RunStatus Status)> BeginAsync(Caller caller, string runId, long experimentId, Dictionary<string, string> copies, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var target = await TargetAsync(db, caller, experimentId, cancel);
                var run = await db.RunAsync(caller, runId, Permission.Read, cancel);
                var copy = new Run
                {
                    RunId = Guid.NewGuid().ToString("N"),
                    ExperimentId = target.Id,
                    Name = run.Name,
                    UserId = run.UserId,
                    CreatedBy = caller.Name,
                    Status = RunStatus.Scheduled,
                    StartTime = run.StartTime,
                    EndTime = run.EndTime,
                };
                db.Add(copy);
                await db.SaveChangesAsync(cancel);
                var tags = await db.RunTags.AsNoTracking().Where(t => t.RunKey == run.Key && t.Key != CopiedFromTag).ToListAsync(cancel);
                db.AddRange(tags.Select(t => new RunTag
                {
                    RunKey = copy.Key,
                    Key = t.Key,
                    Value = t.Key == RunFamilies.ParentTag && copies.TryGetValue(t.Value, out var parent) ? parent : t.Value,
                }));
                db.Add(new RunTag { RunKey = copy.Key, Key = CopiedFromTag, Value = run.RunId });
                db.AddRange(await db.Params.AsNoTracking().Where(p => p.RunKey == run.Key)
                    .Select(p => new Param { RunKey = copy.Key, Key = p.Key, Value = p.Value }).ToListAsync(cancel));
                db.AddRange(await db.ArtifactFiles.AsNoTracking().Where(f => f.RunKey == run.Key)
                    .Select(f => new Artifacts.ArtifactFile { RunKey = copy.Key, Path = f.Path, Digest = f.Digest, Size = f.Size, SavedAt = f.SavedAt }).ToListAsync(cancel));
                db.AddRange(await db.RunModels.AsNoTracking().Where(m => m.RunKey == run.Key)
                    .Select(m => new LoggedModels.RunModel { RunKey = copy.Key, Link = m.Link, ModelId = m.ModelId, Step = m.Step }).ToListAsync(cancel));
                foreach (var input in await db.RunInputs.AsNoTracking().Where(i => i.RunKey == run.Key).ToListAsync(cancel))
                {
                    db.Add(new RunInput { RunKey = copy.Key, DatasetId = await DatasetInAsync(db, input.DatasetId, target, cancel), Tags = input.Tags });
                }

                db.Record(caller, clock.GetUtcNow(), EventKinds.RunCopied, copy.RunId, target.Id, after: new { copy.Name, From = run.RunId });
                return (copy.RunId, run.Status);
            },
            cancel);

    /// <summary>Logs the points anew, as a client would: so they are stored by the same rules, and never many at once.</summary>
    private async Task CopyMetricsAsync(Caller caller, long runKey, string copyId, CancellationToken cancel)
    {
        List<MetricSeries> series;
        await using (var db = hub.Open())
        {
            series = await db.MetricSeries.AsNoTracking().Where(s => s.RunKey == runKey).OrderBy(s => s.Key).ToListAsync(cancel);
        }

        foreach (var one in series)
        {
            MetricPoint? last = null;
            for (var isMore = true; isMore;)
            {
                var points = await store.HistoryAsync(one.Id, last, PointsPerCall, cancel);
                if (points.Count > 0)
                {
                    await store.AppendAsync(caller, copyId, new([.. points.Select(p => new Metric(one.Key, p.Value, p.Timestamp, p.Step))], [], []), cancel);
                    last = points[^1];
                }

                isMore = points.Count == PointsPerCall;
            }
        }
    }

    private static async Task<Experiment> TargetAsync(HubDb db, Caller caller, long experimentId, CancellationToken cancel)
    {
        var target = await db.ExperimentAsync(caller, experimentId, Permission.Edit, cancel);
        target.RequireActive();
        return target;
    }

    private static async Task<List<Run>> RunsAsync(HubDb db, Caller caller, List<string> ids, Permission needed, CancellationToken cancel)
    {
        List<Run> runs = [];
        foreach (var id in ids)
        {
            var run = await db.RunAsync(caller, id, needed, cancel);
            run.RequireActive();
            runs.Add(run);
        }

        return runs;
    }

    private static async Task RequireCopiableAsync(HubDb db, List<Run> runs, Experiment target, CancellationToken cancel)
    {
        foreach (var run in runs)
        {
            await RequireOwnArtifactsAsync(db, run, target, cancel);
        }

        var keys = runs.ConvertAll(r => r.Key);
        var points = await db.MetricSeries.Where(s => keys.Contains(s.RunKey)).SumAsync(s => s.Points, cancel);
        if (points > Limits.CopiedPoints)
        {
            throw HubException.Invalid(string.Create(
                CultureInfo.InvariantCulture, $"These runs have {points:N0} metric points; at most {Limits.CopiedPoints:N0} are copied at once. Move them, or copy fewer."));
        }
    }

    /// <summary>Files that clients keep in a store of their own lie under the experiment's address there, and cannot follow.</summary>
    private static async Task RequireOwnArtifactsAsync(HubDb db, Run run, Experiment target, CancellationToken cancel)
    {
        var location = run.ExperimentId == target.Id
            ? target.ArtifactLocation
            : await db.Experiments.Where(e => e.Id == run.ExperimentId).Select(e => e.ArtifactLocation).SingleAsync(cancel);
        foreach (var address in (string[])[location, target.ArtifactLocation])
        {
            if (!ArtifactLocation.IsOwn(address))
            {
                throw HubException.Invalid(
                    $"Run {run.RunId} cannot leave for experiment {target.Id}: artifacts at {LogRules.Shown(address)} are kept by clients and not by MlHub, so they could not follow.");
            }
        }
    }

    private static async Task MoveDatasetsAsync(HubDb db, Run run, Experiment target, CancellationToken cancel)
    {
        foreach (var input in await db.RunInputs.Where(i => i.RunKey == run.Key).ToListAsync(cancel))
        {
            db.Remove(input);
            db.Add(new RunInput { RunKey = run.Key, DatasetId = await DatasetInAsync(db, input.DatasetId, target, cancel), Tags = input.Tags });
        }
    }

    /// <summary>The same dataset among those of another experiment.</summary>
    private static async Task<long> DatasetInAsync(HubDb db, long datasetId, Experiment target, CancellationToken cancel)
    {
        var dataset = await db.Datasets.AsNoTracking().SingleAsync(d => d.Id == datasetId, cancel);
        if (dataset.ExperimentId == target.Id)
        {
            return datasetId;
        }

        if (await db.Datasets.Where(d => d.ExperimentId == target.Id && d.Name == dataset.Name && d.Digest == dataset.Digest).Select(d => (long?)d.Id).FirstOrDefaultAsync(cancel) is { } known)
        {
            return known;
        }

        var copy = new Dataset
        {
            ExperimentId = target.Id,
            Name = dataset.Name,
            Digest = dataset.Digest,
            SourceType = dataset.SourceType,
            Source = dataset.Source,
            Schema = dataset.Schema,
            Profile = dataset.Profile,
        };
        db.Add(copy);
        await db.SaveChangesAsync(cancel);
        return copy.Id;
    }

    private static List<string> Checked(IReadOnlyList<string> ids, int most) =>
        ids.Count > 0 && ids.Count <= most
            ? [.. ids.Distinct()]
            : throw HubException.Invalid($"Invalid value for parameter 'run_ids' supplied: name at least 1 and at most {most}.");
}
