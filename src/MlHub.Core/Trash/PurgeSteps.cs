using Microsoft.EntityFrameworkCore;
using MlHub.Tracking.Search;

namespace MlHub.Trash;

/// <summary>
/// The work of deleting for ever, in steps that each hold the database for a moment only. All that is left to do is in the
/// database itself, so whoever takes the next step need not know who took the last: a killed process loses nothing.
/// </summary>
public sealed class PurgeSteps(HubDbFactory hub)
{
    public const int RunsPerStep = 100, PointsPerStep = 20_000;

    private const int SeriesPerStep = 500;

    /// <summary>Takes one step of whatever is left; false where nothing is.</summary>
    public async Task<bool> NextAsync(CancellationToken cancel)
    {
        await using var db = hub.Open();
        if (await db.Experiments.Where(e => e.IsPurged).OrderBy(e => e.Id).Select(e => (long?)e.Id).FirstOrDefaultAsync(cancel) is { } experimentId)
        {
            await OfExperimentAsync(experimentId, cancel);
            return true;
        }

        return await hub.WriteAsync(inner => PointsAsync(inner, cancel), cancel);
    }

    /// <summary>Removes some runs or logged models of an experiment that is being deleted, and at last itself; false where it is gone.</summary>
    public Task<bool> OfExperimentAsync(long experimentId, CancellationToken cancel) =>
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

    private static async Task<bool> PointsAsync(HubDb db, CancellationToken cancel)
    {
        var series = await db.PurgedSeries.OrderBy(s => s.SeriesId).Take(SeriesPerStep).ToListAsync(cancel);
        var points = 0L;
        foreach (var one in series)
        {
            if (one.Points > PointsPerStep)
            {
                if (points == 0 && await RemoveSomeAsync(db, one.SeriesId, cancel) == 0)
                {
                    await RemoveAllAsync(db, one, cancel);
                }

                break;
            }

            if ((points += one.Points) > PointsPerStep)
            {
                break;
            }

            await RemoveAllAsync(db, one, cancel);
        }

        return series.Count > 0;
    }

    private static async Task RemoveAllAsync(HubDb db, PurgedSeries series, CancellationToken cancel)
    {
        await db.Database.ExecuteSqlAsync($"DELETE FROM metrics WHERE series_id = {series.SeriesId}", cancel);
        db.Remove(series);
    }

    /// <summary>How many were removed; none where no more than a step's worth is left.</summary>
    private static Task<int> RemoveSomeAsync(HubDb db, long seriesId, CancellationToken cancel) =>
        db.Database.ExecuteSqlRawAsync(SqlDialect.Of(db).DeletePoints(PointsPerStep), [seriesId], cancel);
}
