using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;

namespace MlHub.Trash;

/// <summary>
/// Goes on with what somebody deleted for ever, in steps that each hold the database for a moment only, so that logging goes on
/// beside it. All that is left to do is in the database itself, so whoever takes the next step need not know who took the
/// last: a killed process loses nothing, and several nodes do no harm.
/// </summary>
public sealed class PurgeWorker(HubDbFactory hub, CurveOutlines outlines, TimeProvider clock, ILogger<PurgeWorker> logger) : BackgroundService
{
    public const int RunsPerStep = 100, PointsPerStep = 20_000;

    private const int SeriesPerStep = 500;

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Takes one step of whatever is left; false where nothing is.</summary>
    public async Task<bool> NextAsync(CancellationToken cancel)
    {
        long? experimentId;
        await using (var db = hub.Open())
        {
            experimentId = await db.Experiments.Where(e => e.IsPurged).OrderBy(e => e.Id).Select(e => (long?)e.Id).FirstOrDefaultAsync(cancel);
            if (experimentId is null && !await db.PurgedSeries.AnyAsync(cancel))
            {
                return false;
            }
        }

        await (experimentId is { } id ? OfExperimentAsync(hub, id, cancel) : hub.WriteAsync(db => PointsAsync(db, cancel), cancel));
        return true;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var isMore = false;
            try
            {
                isMore = await NextAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "What was deleted for ever could not be removed; trying again.");
            }

            await Task.Delay(isMore ? Pause : Patience, clock, stoppingToken);
        }
    }

    /// <summary>Removes some runs of an experiment that is being deleted, and at last itself; false where it is gone.</summary>
    internal static Task<bool> OfExperimentAsync(HubDbFactory hub, long experimentId, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var runs = await db.Runs.Where(r => r.ExperimentId == experimentId).OrderBy(r => r.Key).Select(r => r.Key).Take(RunsPerStep).ToListAsync(cancel);
                if (runs.Count > 0)
                {
                    await RemoveRunsAsync(db, runs, cancel);
                    return true;
                }

                var models = await db.LoggedModels.Where(m => m.ExperimentId == experimentId).OrderBy(m => m.Key).Select(m => m.Key).Take(RunsPerStep).ToListAsync(cancel);
                if (models.Count > 0)
                {
                    await db.LoggedModels.Where(m => models.Contains(m.Key)).ExecuteDeleteAsync(cancel);
                    return true;
                }

                await db.Experiments.Where(e => e.Id == experimentId && e.IsPurged).ExecuteDeleteAsync(cancel);
                return false;
            },
            cancel);

    /// <summary>Removes runs with all rows of theirs but the points, which nobody finds any more and <see cref="NextAsync"/> removes.</summary>
    internal static async Task RemoveRunsAsync(HubDb db, IReadOnlyList<long> runKeys, CancellationToken cancel)
    {
        foreach (var key in runKeys)
        {
            await db.Database.ExecuteSqlAsync(
                $"INSERT INTO purged_series (series_id, points) SELECT series_id, points FROM metric_series WHERE run_key = {key} AND points > 0", cancel);
        }

        await db.Runs.Where(r => runKeys.Contains(r.Key)).ExecuteDeleteAsync(cancel);
    }

    /// <summary>Many short series, or a part of a long one.</summary>
    private async Task PointsAsync(HubDb db, CancellationToken cancel)
    {
        var points = 0L;
        foreach (var series in await db.PurgedSeries.OrderBy(s => s.SeriesId).Take(SeriesPerStep).ToListAsync(cancel))
        {
            points += series.Points;
            if (points > PointsPerStep && points > series.Points)
            {
                break;
            }

            if (series.Points <= PointsPerStep || await RemoveSomeAsync(db, series.SeriesId, cancel) == 0)
            {
                await db.Database.ExecuteSqlAsync($"DELETE FROM metrics WHERE series_id = {series.SeriesId}", cancel);
                db.Remove(series);
                outlines.Forget(series.SeriesId);
            }
        }
    }

    /// <summary>How many were removed; on SQLite none where no more than a step's worth is left.</summary>
    private static Task<int> RemoveSomeAsync(HubDb db, long seriesId, CancellationToken cancel) =>
        db.Database.ExecuteSqlRawAsync(SqlDialect.Of(db).DeletePoints(PointsPerStep), [seriesId], cancel);
}
