using System.Data.Common;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;

namespace MlHub.Tracking.Table;

/// <summary>Reads cells of many runs in one command: one statement for each kind of column, for these runs and keys only.</summary>
internal static class CellReader
{
    /// <summary>In the order of the keys; a run that is gone meanwhile is left out. Without columns, all cells there are.</summary>
    public static async Task<List<RunCells>> ReadAsync(HubDb db, IReadOnlyList<long> runKeys, IReadOnlyList<ShownColumn>? columns, CancellationToken cancel)
    {
        if (runKeys.Count == 0)
        {
            return [];
        }

        var runs = new Dictionary<long, RunCells>(runKeys.Count);
        var sql = new SqlStatement(SqlDialect.Of(db));
        List<Action<DbDataReader>> answers = [row => runs.Add(row.GetInt64(0), new() { Run = OneRun(row) })];
        sql.Add("SELECT run_key, run_id, experiment_id, name, user_id, created_by, status, start_time, end_time, is_deleted FROM runs WHERE ").AddIn("run_key", runKeys);
        AddKeyed(sql, answers, runKeys, KeysOf(ColumnKind.Metric), "metric_key, value, kind, series_id, points, step FROM metric_series", "metric_key", row =>
            runs[row.GetInt64(0)].Metrics[row.GetString(1)] = new(
                new MetricValue(row.GetDouble(2), (MetricKind)row.GetInt16(3)).Logged, row.GetInt64(4), row.GetInt64(5), row.GetInt64(6)));
        AddKeyed(sql, answers, runKeys, KeysOf(ColumnKind.Param), "param_key, value FROM params", "param_key", row =>
            runs[row.GetInt64(0)].Params[row.GetString(1)] = row.GetString(2));
        AddKeyed(sql, answers, runKeys, KeysOf(ColumnKind.Tag) is { } tags ? [.. tags, RunFamilies.ParentTag] : null, "tag_key, value FROM run_tags", "tag_key", row =>
            runs[row.GetInt64(0)].Tags[row.GetString(1)] = row.GetString(2));
        sql.Add($"; SELECT i.run_key, d.name, d.digest, {sql.Dialect.JsonText("i.tags_json", LoggedInput.ContextTag)} FROM run_inputs i JOIN datasets d ON d.dataset_id = i.dataset_id WHERE ")
            .AddIn("i.run_key", runKeys).Add(" ORDER BY d.dataset_id");
        answers.Add(row => runs[row.GetInt64(0)].Datasets.Add(new(row.GetString(1), row.GetString(2), row.IsDBNull(3) ? null : row.GetString(3))));
        await sql.ReadAsync(db, answers, cancel);
        var found = runKeys.Where(runs.ContainsKey).Select(k => runs[k]).ToList();
        await CountChildrenAsync(db, found, cancel);
        return found;

        List<string>? KeysOf(ColumnKind kind) => columns is null ? null : [.. columns.Where(c => c.Kind == kind).Select(c => c.Key).Distinct()];
    }

    private static void AddKeyed(
        SqlStatement sql, List<Action<DbDataReader>> answers, IReadOnlyList<long> runKeys, List<string>? keys, string columns, string keyColumn, Action<DbDataReader> take)
    {
        if (keys is not { Count: 0 })
        {
            sql.Add($"; SELECT run_key, {columns} WHERE ").AddIn("run_key", runKeys);
            sql.Add(keys is null ? "" : $" AND {sql.Dialect.OneOf(keyColumn, string.Join(", ", keys.Select(k => sql.Parameter(k))))}");
            answers.Add(take);
        }
    }

    private static async Task CountChildrenAsync(HubDb db, List<RunCells> runs, CancellationToken cancel)
    {
        var byId = runs.ToDictionary(r => r.Run.RunId);
        var sql = new SqlStatement(SqlDialect.Of(db));
        var ids = string.Join(", ", byId.Keys.Select(id => sql.Parameter(id)));
        // So written, SQLite begins with the few tags and not with all active runs.
        sql.Add($"SELECT n.value, c.experiment_id FROM run_tags n CROSS JOIN runs c WHERE c.run_key = n.run_key AND n.{RunFamilies.IsParentTag} AND n.value IN ({ids}) AND c.is_deleted = {sql.Dialect.Boolean(false)}");
        await sql.ReadAsync(db, Count, cancel);

        void Count(DbDataReader row)
        {
            if (byId.TryGetValue(row.GetString(0), out var parent) && parent.Run.ExperimentId == row.GetInt64(1))
            {
                parent.Children++;
            }
        }
    }

    private static Run OneRun(DbDataReader row) => new()
    {
        Key = row.GetInt64(0),
        RunId = row.GetString(1),
        ExperimentId = row.GetInt64(2),
        Name = row.GetString(3),
        UserId = row.GetString(4),
        CreatedBy = row.GetString(5),
        Status = (RunStatus)row.GetInt16(6),
        StartTime = row.GetInt64(7),
        EndTime = row.IsDBNull(8) ? null : row.GetInt64(8),
        IsDeleted = row.GetBoolean(9),
    };
}
