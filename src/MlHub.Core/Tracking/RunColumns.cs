using MlHub.Tracking.Search;

namespace MlHub.Tracking;

/// <summary>A key that runs logged, and how many of them.</summary>
public readonly record struct RunColumn(string Key, int Runs);

/// <summary>
/// The columns that a table of an experiment's runs can have, the most common first. Told from its newest active runs, so that
/// the answer stays fast however many runs there are.
/// </summary>
public sealed record RunColumns(IReadOnlyList<RunColumn> Metrics, IReadOnlyList<RunColumn> Params, IReadOnlyList<RunColumn> Tags)
{
    public const int NewestRuns = 500;
    public const int MaxKeys = 500;

    public static async Task<RunColumns> ReadAsync(HubDb db, long experimentId, CancellationToken cancel) => new(
        await KeysAsync(db, experimentId, "metric_series", "metric_key", cancel),
        await KeysAsync(db, experimentId, "params", "param_key", cancel),
        await KeysAsync(db, experimentId, "run_tags", "tag_key", cancel));

    private static async Task<List<RunColumn>> KeysAsync(HubDb db, long experimentId, string table, string key, CancellationToken cancel)
    {
        var dialect = SqlDialect.Of(db);
        var sql = new SqlStatement(dialect)
            .Add($"SELECT {key}, COUNT(*) FROM {table} WHERE run_key IN (SELECT run_key FROM runs WHERE ")
            .AddIn("experiment_id", [experimentId])
            .Add($" AND is_deleted = {dialect.Boolean(false)} ORDER BY start_time DESC {dialect.Limit(NewestRuns)})")
            .Add($" GROUP BY {key} ORDER BY COUNT(*) DESC, {dialect.Sorted(key)} {dialect.Limit(MaxKeys)}");
        List<RunColumn> keys = [];
        await sql.ReadAsync(db, row => keys.Add(new(row.GetString(0), row.GetInt32(1))), cancel);
        return keys;
    }
}
