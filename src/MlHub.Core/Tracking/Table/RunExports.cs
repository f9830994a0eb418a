using System.Runtime.CompilerServices;
using MlHub.Access;
using MlHub.Tracking.Search;

namespace MlHub.Tracking.Table;

/// <summary>Reads all runs that a table shows, a page at a time, so that the memory does not grow with them.</summary>
public sealed class RunExports(HubDbFactory hub)
{
    private const int RunsAtOnce = 500;

    /// <summary>In the table's order; none is skipped or repeated while others are added.</summary>
    /// <param name="caller">Who asks.</param>
    /// <param name="query">Which runs.</param>
    /// <param name="columns">What of each; null for all.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="HubException">NotFound; Invalid where the filter or the order is wrong.</exception>
    public async IAsyncEnumerable<RunCells> RunsAsync(Caller caller, RunTableQuery query, IReadOnlyList<ShownColumn>? columns, [EnumeratorCancellation] CancellationToken cancel)
    {
        string? token = null;
        do
        {
            List<RunCells> rows;
            // Opened anew for each page: a download may take an hour, and may lose its right meanwhile.
            await using (var db = hub.Open())
            {
                await db.ExperimentAsync(caller, query.ExperimentId, Permission.Read, cancel);
                var page = await query.Search(token).PageAsync(db, RunsAtOnce, cancel);
                rows = await CellReader.ReadAsync(db, page.Items, columns, cancel);
                token = page.NextPageToken;
            }

            foreach (var row in rows)
            {
                yield return row;
            }
        }
        while (token is not null);
    }

    /// <summary>Every column that a run of the experiment has: what the first line of a CSV names.</summary>
    /// <exception cref="HubException">NotFound where the experiment is absent or unreadable.</exception>
    public async Task<List<ShownColumn>> AllColumnsAsync(Caller caller, long experimentId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        await db.ExperimentAsync(caller, experimentId, Permission.Read, cancel);
        List<ShownColumn> columns = [];
        var dialect = SqlDialect.Of(db);
        await new SqlStatement(dialect).Add(dialect.MetricKeys(experimentId)).ReadAsync(db, row => columns.Add(new(ColumnKind.Metric, row.GetString(0))), cancel);
        foreach (var (kind, table, key) in ((ColumnKind, string, string)[])[(ColumnKind.Param, "params", "param_key"), (ColumnKind.Tag, "run_tags", "tag_key")])
        {
            await new SqlStatement(dialect).Add($"SELECT DISTINCT x.{key} FROM {table} x JOIN runs t ON t.run_key = x.run_key WHERE ").AddIn("t.experiment_id", [experimentId])
                .Add(" ORDER BY 1").ReadAsync(db, row => columns.Add(new(kind, row.GetString(0))), cancel);
        }

        return columns;
    }
}
