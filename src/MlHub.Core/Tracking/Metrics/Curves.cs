using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Tracking.Search;

namespace MlHub.Tracking.Metrics;

/// <summary>
/// What a chart draws of one series: at most the points asked for, chosen so that no peak is lost, in order of step.
/// <paramref name="Total"/> counts all stored points.
/// </summary>
public sealed record Curve(string Key, IReadOnlyList<MetricPoint> Points, long Total);

/// <summary>Reads metrics for clients (whole histories) and for charts (as many points as a screen can show).</summary>
public sealed class Curves(HubDbFactory hub, IRunLogStore store, CurveOutlines outlines)
{
    private const int ReadAtOnce = 25_000;

    // A part of a series is read point by point up to so many of them, or up to this share of a series so long that its outline is coarse.
    private const int ExactPoints = 50_000;
    private const int ExactShare = 16;

    /// <summary>One page of a metric's history in order of (step, timestamp, value); all of it where no maximum is given.</summary>
    /// <exception cref="HubException">NotFound for an unknown run; an unknown metric has an empty history.</exception>
    public async Task<(List<MetricPoint> Points, MetricPoint? Next)> HistoryAsync(
        Caller caller, string runId, string key, MetricPoint? after, int? max, CancellationToken cancel)
    {
        if (await SeriesIdAsync(caller, runId, key, cancel) is not { } series)
        {
            return ([], null);
        }

        var points = await ReadAsync(series, after, max is { } limit ? limit + 1 : int.MaxValue, cancel);
        if (points.Count <= (max ?? int.MaxValue))
        {
            return (points, null);
        }

        points.RemoveAt(points.Count - 1);
        return (points, points[^1]);
    }

    /// <summary>The curves of some or (null) all metrics of a run.</summary>
    public async Task<List<Curve>> OfRunAsync(Caller caller, string runId, IReadOnlyCollection<string>? keys, int maxPoints, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await db.RunAsync(caller, runId, Permission.Read, cancel);
        var series = await db.MetricSeries.AsNoTracking()
            .Where(s => s.RunKey == run.Key && (keys == null || keys.Contains(s.Key))).OrderBy(s => s.Key).ToListAsync(cancel);
        var curves = new List<Curve>(series.Count);
        foreach (var one in series)
        {
            curves.Add(await CurveAsync(runId, one, null, maxPoints, cancel));
        }

        return curves;
    }

    /// <summary>One metric of some runs, or a part of it: every point where a screen can show them all. Runs that are absent or unreadable have no curve.</summary>
    public async Task<List<(string RunId, Curve Curve)>> OfMetricAsync(
        Caller caller, IReadOnlyCollection<string> runIds, string key, StepRange? range, int maxPoints, CancellationToken cancel)
    {
        await using var db = hub.Open();
        List<(string, Curve)> curves = [];
        foreach (var (runId, series) in await db.ReadableSeriesAsync(caller, runIds, key, cancel))
        {
            curves.Add((runId, await CurveAsync(runId, series, range, maxPoints, cancel)));
        }

        return curves;
    }

    private async Task<Curve> CurveAsync(string runId, MetricSeries series, StepRange? range, int maxPoints, CancellationToken cancel)
    {
        if (series.Points <= maxPoints || range is not null)
        {
            var (first, last) = range ?? new(long.MinValue, long.MaxValue);
            MetricPoint? before = first == long.MinValue ? null : new(first - 1, long.MaxValue, double.PositiveInfinity);
            var most = (int)Math.Max(ExactPoints, series.Points / ExactShare);
            var points = await store.HistoryAsync(series.Id, before, last, most + 1, cancel);
            if (points.Count <= most)
            {
                return new(series.Key, Thinning.MinMax(points, maxPoints), series.Points);
            }
        }

        return new(series.Key, Thinning.MinMax(await outlines.OfAsync(runId, series, range, cancel), maxPoints), series.Points);
    }

    private async Task<long?> SeriesIdAsync(Caller caller, string runId, string key, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await db.ReadableRunKeyAsync(caller, runId, cancel);
        var sql = new SqlStatement(SqlDialect.Of(db)).Add($"SELECT series_id FROM metric_series WHERE run_key = {run} AND ");
        sql.Add(sql.Dialect.Same("metric_key", sql.Parameter(key)));
        long? series = null;
        await sql.ReadAsync(db, row => series = row.GetInt64(0), cancel);
        return series;
    }

    private async Task<List<MetricPoint>> ReadAsync(long series, MetricPoint? after, int max, CancellationToken cancel)
    {
        var all = new List<MetricPoint>();
        while (all.Count < max)
        {
            var wanted = Math.Min(ReadAtOnce, max - all.Count);
            var page = await store.HistoryAsync(series, after, wanted, cancel);
            all.AddRange(page);
            if (page.Count < wanted)
            {
                break;
            }

            after = page[^1];
        }

        return all;
    }
}
