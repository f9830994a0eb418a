using Microsoft.EntityFrameworkCore;
using MlHub.Access;

namespace MlHub.Tracking;

/// <summary>A run as its parent or a sibling of its names it.</summary>
public sealed record RelatedRun(string RunId, long ExperimentId, string Name, RunStatus Status, long StartTime);

/// <summary>Above and below a run; what the caller may not read is not told.</summary>
public sealed record RunFamily(RelatedRun? Parent, IReadOnlyList<RelatedRun> Children);

/// <summary>Runs within runs, as clients say it by the tag <c>mlflow.parentRunId</c>.</summary>
public sealed class RunFamilies(HubDbFactory hub)
{
    public const string ParentTag = "mlflow.parentRunId";

    /// <summary>Which tags an index keeps, so that children are found by their parent: SQL that every database reads.</summary>
    public const string IsParentTag = $"tag_key = '{ParentTag}'";

    /// <summary>The run's parent, wherever it is by now, and its active children in the same experiment, newest first.</summary>
    public async Task<RunFamily> OfAsync(Caller caller, string runId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await db.RunAsync(caller, runId, Permission.Read, cancel);
        var readable = db.Experiments.ReadableBy(db, caller);
        var parentId = await db.RunTags.Where(t => t.RunKey == run.Key && t.Key == ParentTag).Select(t => t.Value).FirstOrDefaultAsync(cancel);
        var parent = parentId is null
            ? null
            : await Related(db.Runs.Where(r => r.RunId == parentId && readable.Any(e => e.Id == r.ExperimentId))).FirstOrDefaultAsync(cancel);
        var children = await Related(Children(db, run.ExperimentId, runId).Where(r => !r.IsDeleted).OrderByDescending(r => r.StartTime).ThenBy(r => r.RunId))
            .Take(Limits.ChildrenShown).ToListAsync(cancel);
        return new(parent, children);
    }

    /// <summary>Those of the runs that have active children.</summary>
    public async Task<HashSet<string>> ParentsAmongAsync(Caller caller, long experimentId, IReadOnlyList<string> runIds, CancellationToken cancel)
    {
        await using var db = hub.Open();
        await db.ExperimentAsync(caller, experimentId, Permission.Read, cancel);
        return await db.RunTags.Where(t => t.Key == ParentTag && runIds.Contains(t.Value) && db.Runs.Any(r => r.Key == t.RunKey && r.ExperimentId == experimentId && !r.IsDeleted))
            .Select(t => t.Value).Distinct().ToHashSetAsync(cancel);
    }

    /// <summary>The ids of the runs and of all below them, parents before children.</summary>
    public async Task<List<string>> WithDescendantsAsync(Caller caller, IReadOnlyList<string> runIds, CancellationToken cancel)
    {
        await using var db = hub.Open();
        List<Run> runs = [];
        foreach (var id in runIds)
        {
            runs.Add(await db.RunAsync(caller, id, Permission.Read, cancel));
        }

        return (await WithDescendantsAsync(db, runs, Limits.MovedRuns, cancel)).ConvertAll(r => r.RunId);
    }

    /// <summary>The runs, and all below them in their experiment that are in the same state, parents before children.</summary>
    /// <exception cref="HubException">Invalid where they are more than <paramref name="most"/>.</exception>
    internal static async Task<List<Run>> WithDescendantsAsync(HubDb db, IReadOnlyList<Run> runs, int most, CancellationToken cancel)
    {
        List<Run> all = [.. runs];
        var known = all.Select(r => r.Key).ToHashSet();
        for (var i = 0; i < all.Count; i++)
        {
            var parent = all[i];
            var children = await Children(db, parent.ExperimentId, parent.RunId).Where(r => r.IsDeleted == parent.IsDeleted).OrderBy(r => r.Key).Take(most + 1).ToListAsync(cancel);
            all.AddRange(children.Where(c => known.Add(c.Key)));
            if (all.Count > most)
            {
                throw HubException.Invalid($"With their children these are more than {most} runs; that is too many at once.");
            }
        }

        return all;
    }

    private static IQueryable<Run> Children(HubDb db, long experimentId, string runId) =>
        db.Runs.Where(r => r.ExperimentId == experimentId && db.RunTags.Any(t => t.RunKey == r.Key && t.Key == ParentTag && t.Value == runId));

    private static IQueryable<RelatedRun> Related(IQueryable<Run> runs) => runs.Select(r => new RelatedRun(r.RunId, r.ExperimentId, r.Name, r.Status, r.StartTime));
}
