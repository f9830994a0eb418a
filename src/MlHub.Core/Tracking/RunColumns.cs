using MlHub.Tracking.Search;

namespace MlHub.Tracking;

/// <summary>A key that runs logged, how many of them, and whether its value is not the same in all.</summary>
public readonly record struct RunColumn(string Key, int Runs, bool Differs);

/// <summary>
/// The columns that an experiment's newest active runs have in common, the most common first. However many runs there are and however many keys they
/// logged, no more than <see cref="MostRows"/> values are looked at.
/// </summary>
public sealed record RunColumns(IReadOnlyList<RunColumn> Metrics, IReadOnlyList<RunColumn> Params)
{
    private const int NewestRuns = 100;
    private const int MostRows = 10_000;
    private const int MaxKeys = 100;

    public static async Task<RunColumns> ReadAsync(HubDb db, long experimentId, CancellationToken cancel)
    {
        var runs = await NewestAsync(db, experimentId, cancel);
        return runs.Count == 0
            ? new([], [])
            : new(
                await KeysAsync(db, runs, "metric_series", "metric_key", "value", cancel),
                await KeysAsync(db, runs, "params", "param_key", "value", cancel));
    }

    internal static async Task<List<long>> NewestAsync(HubDb db, long experimentId, CancellationToken cancel)
    {
        var dialect = SqlDialect.Of(db);
        var sql = new SqlStatement(dialect).Add("SELECT run_key FROM runs WHERE ").AddIn("experiment_id", [experimentId])
            .Add($" AND is_deleted = {dialect.Boolean(false)} ORDER BY start_time DESC {dialect.Limit(NewestRuns)}");
        List<long> runs = [];
        await sql.ReadAsync(db, row => runs.Add(row.GetInt64(0)), cancel);
        return runs;
    }

    private static async Task<List<RunColumn>> KeysAsync(HubDb db, List<long> runs, string table, string key, string value, CancellationToken cancel)
    {
        var dialect = SqlDialect.Of(db);
        var sql = new SqlStatement(dialect)
            .Add($"SELECT k, COUNT(*), CASE WHEN MIN(v) = MAX(v) THEN 0 ELSE 1 END FROM (SELECT {key} AS k, {value} AS v FROM {table} WHERE ")
            .AddIn("run_key", runs)
            .Add($" {dialect.LimitUnordered(MostRows)}) sampled GROUP BY k ORDER BY COUNT(*) DESC, {dialect.Sorted("k")} {dialect.Limit(MaxKeys)}");
        List<RunColumn> keys = [];
        await sql.ReadAsync(db, row => keys.Add(new(row.GetString(0), row.GetInt32(1), row.GetInt32(2) == 1)), cancel);
        return keys;
    }
}
