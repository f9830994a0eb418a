using MlHub.Tracking.Search;

namespace MlHub.Tracking.Table;

/// <summary>Finds columns and values by what somebody typed, at a cost that does not grow with the runs.</summary>
internal static class ColumnSearch
{
    private const int Found = 60;
    private const int Values = 20;

    public static async Task<List<ShownColumn>> FindAsync(
        HubDb db, long experimentId, string text, bool atTheStart, IReadOnlyCollection<ColumnKind> kinds, CancellationToken cancel)
    {
        List<ShownColumn> found = [];
        if (kinds.Contains(ColumnKind.Metric))
        {
            await new SqlStatement(SqlDialect.Of(db)).Add(SqlDialect.Of(db).MetricKeys(experimentId)).ReadAsync(db, row => Take(ColumnKind.Metric, row.GetString(0)), cancel);
        }

        var runs = await RunColumns.NewestAsync(db, experimentId, cancel);
        foreach (var (kind, table, key) in ((ColumnKind, string, string)[])[(ColumnKind.Param, "params", "param_key"), (ColumnKind.Tag, "run_tags", "tag_key")])
        {
            if (kinds.Contains(kind) && runs.Count > 0)
            {
                var sql = new SqlStatement(SqlDialect.Of(db)).Add($"SELECT DISTINCT {key} FROM {table} WHERE ").AddIn("run_key", runs).Add(" ORDER BY 1");
                await sql.ReadAsync(db, row => Take(kind, row.GetString(0)), cancel);
            }
        }

        return found;

        bool Take(ColumnKind kind, string key)
        {
            if (atTheStart ? key.StartsWith(text, StringComparison.OrdinalIgnoreCase) : key.Contains(text, StringComparison.OrdinalIgnoreCase))
            {
                found.Add(new(kind, key));
            }

            return found.Count(c => c.Kind == kind) < Found;
        }
    }

    public static async Task<List<string>> ValuesAsync(HubDb db, long experimentId, ShownColumn column, string prefix, CancellationToken cancel)
    {
        var runs = await RunColumns.NewestAsync(db, experimentId, cancel);
        if (column.Kind == ColumnKind.Metric || runs.Count == 0)
        {
            return [];
        }

        var (table, key) = column.Kind == ColumnKind.Param ? ("params", "param_key") : ("run_tags", "tag_key");
        var sql = new SqlStatement(SqlDialect.Of(db)).Add($"SELECT value, COUNT(*) FROM {table} WHERE ").AddIn("run_key", runs);
        sql.Add($" AND {sql.Dialect.Same(key, sql.Parameter(column.Key))} GROUP BY value ORDER BY COUNT(*) DESC");
        List<string> values = [];
        await sql.ReadAsync(
            db,
            row =>
            {
                if (row.GetString(0).StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
                {
                    values.Add(row.GetString(0));
                }

                return values.Count < Values;
            },
            cancel);
        return values;
    }
}
