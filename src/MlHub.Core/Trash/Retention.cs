using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking;

namespace MlHub.Trash;

/// <summary>After how many days in the trash runs and experiments go for ever; null for never.</summary>
public sealed record RetentionRules(int? DeletedRunsAfterDays, int? DeletedExperimentsAfterDays)
{
    public static readonly RetentionRules Never = new(null, null);
}

/// <summary>What would go now; the lists name the oldest, the counts and sizes are of all.</summary>
public sealed record RetentionPreview(
    RetentionRules Rules, int RunCount, int ExperimentCount, TrashSize Size, IReadOnlyList<Run> Runs, IReadOnlyList<Experiment> Experiments);

/// <summary>Deletes for ever what has been in the trash for as long as the rules say. What a registered version came from is kept.</summary>
public sealed class Retention(HubDbFactory hub, RetentionRules rules, Purges purges, TimeProvider clock)
{
    public RetentionRules Rules => rules;

    /// <summary>For administrators: what <see cref="ApplyAsync"/> would do now, without doing it.</summary>
    public async Task<RetentionPreview> PreviewAsync(Caller caller, CancellationToken cancel)
    {
        caller.RequireAdmin();
        await using var db = hub.Open();
        var (runs, experiments) = (ExpiredRuns(db), ExpiredExperiments(db));
        var all = db.Runs.Where(r => runs.Any(x => x.Key == r.Key) || experiments.Any(e => e.Id == r.ExperimentId));
        var size = new TrashSize(
            await db.ArtifactFiles.Where(f => all.Any(r => r.Key == f.RunKey)).SumAsync(f => f.Size, cancel),
            await db.MetricSeries.Where(s => all.Any(r => r.Key == s.RunKey)).SumAsync(s => s.Points, cancel));
        return new(
            rules, await runs.CountAsync(cancel), await experiments.CountAsync(cancel), size,
            await runs.OrderBy(r => r.DeletedAt).ThenBy(r => r.Key).Take(Limits.RetentionShown).ToListAsync(cancel),
            await experiments.OrderBy(e => e.DeletedAt ?? e.UpdatedAt).ThenBy(e => e.Id).Take(Limits.RetentionShown).ToListAsync(cancel));
    }

    /// <summary>Some at a time, in the name of the caller, who is MlHub itself where nobody asked for it.</summary>
    public async Task ApplyAsync(Caller caller, CancellationToken cancel)
    {
        caller.RequireAdmin();
        while (await NextAsync(db => ExpiredExperiments(db).OrderBy(e => e.Id).Select(e => e.Id), 1, ids => purges.ExperimentsAsync(caller, ids, cancel), cancel))
        {
        }

        while (await NextAsync(db => ExpiredRuns(db).OrderBy(r => r.Key).Select(r => r.RunId), PurgeWorker.RunsPerStep, ids => purges.RunsAsync(caller, ids, cancel), cancel))
        {
        }
    }

    private async Task<bool> NextAsync<T>(Func<HubDb, IQueryable<T>> expired, int most, Func<List<T>, Task> purge, CancellationToken cancel)
    {
        List<T> ids;
        await using (var db = hub.Open())
        {
            ids = await expired(db).Take(most).ToListAsync(cancel);
        }

        if (ids.Count > 0)
        {
            await purge(ids);
        }

        return ids.Count > 0;
    }

    private IQueryable<Run> ExpiredRuns(HubDb db)
    {
        var before = Before(rules.DeletedRunsAfterDays);
        return db.Runs.AsNoTracking().Where(r =>
            r.IsDeleted && r.DeletedAt <= before
            && !db.ModelVersions.Any(v => v.SourceRunKey == r.Key) && !db.Experiments.Any(e => e.Id == r.ExperimentId && e.IsPurged));
    }

    private IQueryable<Experiment> ExpiredExperiments(HubDb db)
    {
        var before = Before(rules.DeletedExperimentsAfterDays);
        return db.Experiments.AsNoTracking().Where(e =>
            e.IsDeleted && !e.IsPurged && e.Id != Experiment.DefaultId && (e.DeletedAt ?? e.UpdatedAt) <= before
            && !db.Runs.Any(r => r.ExperimentId == e.Id && db.ModelVersions.Any(v => v.SourceRunKey == r.Key)));
    }

    /// <summary>Whatever was deleted until then is due; without a rule, nothing ever was.</summary>
    private DateTimeOffset Before(int? days) => days is { } known ? clock.GetUtcNow().AddDays(-known) : DateTimeOffset.UnixEpoch.AddMilliseconds(-1);
}
