using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;

namespace MlHub.Tracking.Table;

/// <summary>
/// Reads some points of many metrics, evenly spaced over their steps: each is one look-up in the points' key, so that a series of a million points costs
/// what one of a hundred does.
/// </summary>
internal static class Sparklines
{
    private const int Points = 24;

    /// <summary>Beyond this a step times <see cref="Points"/> may be more than a number of 64 bits.</summary>
    private const long LargeStep = long.MaxValue / (2 * Points);

    public static async Task ReadAsync(HubDb db, IReadOnlyList<RunCells> runs, CancellationToken cancel)
    {
        var cells = runs.SelectMany(r => r.Metrics.Values).Where(c => c.Points > 1).ToDictionary(c => c.SeriesId);
        if (cells.Count == 0)
        {
            return;
        }

        var places = string.Join(" UNION ALL ", Enumerable.Range(0, Points + 1).Select(i => $"SELECT {i} AS i"));
        var sql = new SqlStatement(SqlDialect.Of(db))
            .Add("SELECT m.series_id, m.step, m.ts, m.value, m.kind FROM metric_series s CROSS JOIN (")
            .Add(places)
            .Add($") n JOIN metrics m ON m.series_id = s.series_id AND m.step = (SELECT MIN(x.step) FROM metrics x WHERE x.series_id = s.series_id AND x.step >= CASE WHEN s.step < {LargeStep} THEN s.step * n.i / {Points} ELSE s.step / {Points} * n.i END) WHERE ")
            .AddIn("s.series_id", cells.Keys).Add(" ORDER BY m.series_id, m.step, m.ts");
        await sql.ReadAsync(
            db,
            row =>
            {
                var course = cells[row.GetInt64(0)].Course;
                var point = new MetricPoint(row.GetInt64(1), row.GetInt64(2), new MetricValue(row.GetDouble(3), (MetricKind)row.GetInt16(4)).Logged);
                if (course.Count == 0 || course[^1].Step != point.Step)
                {
                    course.Add(point);
                }
            },
            cancel);
    }
}
