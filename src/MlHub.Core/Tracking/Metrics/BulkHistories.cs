using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking.Search;

namespace MlHub.Tracking.Metrics;

/// <summary>A point of one run's metric.</summary>
public readonly record struct RunPoint(string RunId, MetricPoint Point);

/// <summary>One metric of many runs, as MLflow's charts ask for it. Runs that are absent or unreadable have no points.</summary>
public sealed class BulkHistories(HubDbFactory hub, IRunLogStore store)
{
    /// <summary>Run by run in order of their ids, each in order of (step, timestamp, value), until <paramref name="max"/> points are found.</summary>
    public async Task<List<RunPoint>> AllAsync(Caller caller, IReadOnlyList<string> runIds, string key, int max, CancellationToken cancel)
    {
        List<RunPoint> points = [];
        foreach (var (runId, series) in (await SeriesAsync(caller, runIds, key, cancel)).OrderBy(s => s.RunId, StringComparer.Ordinal).TakeWhile(_ => points.Count < max))
        {
            points.AddRange((await store.HistoryAsync(series, null, max - points.Count, cancel)).Select(p => new RunPoint(runId, p)));
        }

        return points;
    }

    /// <summary>
    /// The points at evenly chosen ones of all runs' steps, about <paramref name="max"/> of them, and at each run's first and last step;
    /// the runs in the order asked for.
    /// </summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="runIds">Whose metric.</param>
    /// <param name="key">Which metric.</param>
    /// <param name="range">The first and last step that count; null for all.</param>
    /// <param name="max">How many steps are chosen, without the runs' first and last.</param>
    /// <param name="cancel">Ends the reading.</param>
    public async Task<List<RunPoint>> SampledAsync(
        Caller caller, IReadOnlyList<string> runIds, string key, StepRange? range, int max, CancellationToken cancel)
    {
        var series = await SeriesAsync(caller, runIds, key, cancel);
        if (series.Count == 0)
        {
            return [];
        }

        await using var db = hub.Open();
        var (first, last) = range ?? new(long.MinValue, long.MaxValue);
        var steps = await StepsAsync(db, series, first, last, cancel);
        var ends = (await EndsAsync(db, series, cancel)).Where(s => s >= first && s <= last);
        long[] chosen = [.. SampledSteps.Of(steps, max).Union(ends).Order()];
        List<RunPoint> points = [];
        foreach (var (runId, id) in series)
        {
            points.AddRange((await PointsAsync(db, id, chosen, cancel)).Select(p => new RunPoint(runId, p)));
        }

        return points;
    }

    private async Task<List<(string RunId, long Series)>> SeriesAsync(Caller caller, IReadOnlyList<string> runIds, string key, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return [.. (await db.ReadableSeriesAsync(caller, runIds, key, cancel)).Select(s => (s.RunId, s.Series.Id))];
    }

    private static async Task<List<long>> StepsAsync(HubDb db, List<(string, long Id)> series, long first, long last, CancellationToken cancel)
    {
        var sql = new SqlStatement(SqlDialect.Of(db)).Add("SELECT DISTINCT step FROM metrics WHERE ").AddIn("series_id", [.. series.Select(s => s.Id)])
            .Add(string.Create(CultureInfo.InvariantCulture, $" AND step BETWEEN {first} AND {last} ORDER BY step"));
        List<long> steps = [];
        await sql.ReadAsync(db, row => steps.Add(row.GetInt64(0)), cancel);
        return steps;
    }

    private static async Task<List<long>> EndsAsync(HubDb db, List<(string, long Id)> series, CancellationToken cancel)
    {
        var sql = new SqlStatement(SqlDialect.Of(db)).Add("SELECT MIN(step), MAX(step) FROM metrics WHERE ").AddIn("series_id", [.. series.Select(s => s.Id)])
            .Add(" GROUP BY series_id");
        List<long> ends = [];
        await sql.ReadAsync(db, row => ends.AddRange([row.GetInt64(0), row.GetInt64(1)]), cancel);
        return ends;
    }

    private static async Task<List<MetricPoint>> PointsAsync(HubDb db, long series, long[] steps, CancellationToken cancel)
    {
        var dialect = SqlDialect.Of(db);
        var sql = new SqlStatement(dialect).Add("SELECT step, ts, value, kind FROM metrics WHERE ").AddIn("series_id", [series]).Add(" AND ").AddIn("step", steps)
            .Add($" ORDER BY step, ts, value, kind {dialect.Limit(Limits.HistoryPageMax)}");
        List<MetricPoint> points = [];
        await sql.ReadAsync(
            db, row => points.Add(new(row.GetInt64(0), row.GetInt64(1), new MetricValue(row.GetDouble(2), (MetricKind)row.GetInt16(3)).Logged)), cancel);
        return points;
    }
}
