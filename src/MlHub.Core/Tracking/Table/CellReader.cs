using MlHub.Tracking.Search;

namespace MlHub.Tracking.Table;

/// <summary>Reads the cells that a table shows of many runs, and how many runs lie in each.</summary>
internal static class CellReader
{
    /// <summary>In the order of the keys; a run that is gone meanwhile is left out. Without columns, all cells there are.</summary>
    public static async Task<List<RunCells>> ReadAsync(HubDb db, IReadOnlyList<long> runKeys, IReadOnlyList<ShownColumn>? columns, CancellationToken cancel)
    {
        if (runKeys.Count == 0)
        {
            return [];
        }

        var parts = new RunParts(KeysOf(ColumnKind.Metric), KeysOf(ColumnKind.Param), KeysOf(ColumnKind.Tag) is { } tags ? [.. tags, RunFamilies.ParentTag] : null, Models: false);
        var found = (await RunReader.ReadAsync(db, runKeys, cancel, parts)).Select(r => new RunCells(r.Details)).ToList();
        await CountChildrenAsync(db, found, cancel);
        return found;

        List<string>? KeysOf(ColumnKind kind) => columns is null ? null : [.. columns.Where(c => c.Kind == kind).Select(c => c.Key).Distinct()];
    }

    private static async Task CountChildrenAsync(HubDb db, List<RunCells> runs, CancellationToken cancel)
    {
        var byId = runs.ToDictionary(r => r.Run.RunId);
        var sql = new SqlStatement(SqlDialect.Of(db));
        var ids = string.Join(", ", byId.Keys.Select(id => sql.Parameter(id)));
        // So written, SQLite begins with the few tags and not with all active runs.
        sql.Add($"SELECT n.value, c.experiment_id FROM run_tags n CROSS JOIN runs c WHERE c.run_key = n.run_key AND n.{RunFamilies.IsParentTag} AND n.value IN ({ids}) AND c.is_deleted = {sql.Dialect.Boolean(false)}");
        await sql.ReadAsync(db, Count, cancel);

        void Count(SqlRows row)
        {
            if (byId.TryGetValue(row.GetString(0), out var parent) && parent.Run.ExperimentId == row.GetInt64(1))
            {
                parent.Children++;
            }
        }
    }
}
