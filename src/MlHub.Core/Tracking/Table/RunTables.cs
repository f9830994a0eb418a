using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Operations;
using MlHub.Tracking.Search;

namespace MlHub.Tracking.Table;

/// <summary>What a table of an experiment's runs asks for while somebody scrolls: rows and columns in sight, and never all of them.</summary>
public sealed class RunTables(HubDbFactory hub)
{
    /// <exception cref="HubException">NotFound; Invalid where the filter, the order or the page token is wrong.</exception>
    public async Task<RunRows> WindowAsync(Caller caller, RunTableQuery query, RunWindow window, CancellationToken cancel)
    {
        var began = Stopwatch.GetTimestamp();
        var search = query.Search(window.PageToken);
        await using var db = await OpenAsync(caller, query.ExperimentId, cancel);
        var keys = await search.PageAsync(db, Math.Clamp(window.Rows, 1, Limits.TableRows), cancel, Math.Max(0, window.Skip));
        var rows = await CellReader.ReadAsync(db, keys.Items, [.. window.Columns.Take(Limits.TableColumns)], cancel);
        if (window.Sparklines)
        {
            await Sparklines.ReadAsync(db, rows, cancel);
        }

        HubMeter.SearchTime.Record(Stopwatch.GetElapsedTime(began).TotalSeconds);
        return new(rows, keys.NextPageToken);
    }

    /// <summary>These runs of the experiment, whatever the filter says, in the order asked for.</summary>
    public async Task<IReadOnlyList<RunCells>> SomeAsync(Caller caller, long experimentId, IReadOnlyList<string> runIds, IReadOnlyList<ShownColumn> columns, bool sparklines, CancellationToken cancel)
    {
        await using var db = await OpenAsync(caller, experimentId, cancel);
        var keys = new Dictionary<string, long>();
        var sql = new SqlStatement(SqlDialect.Of(db)).Add("SELECT run_id, run_key FROM runs WHERE ").AddIn("experiment_id", [experimentId]);
        sql.Add($" AND run_id IN ({string.Join(", ", runIds.Select(sql.AsciiParameter))})");
        await sql.ReadAsync(db, row => keys[row.GetString(0)] = row.GetInt64(1), cancel);
        var rows = await CellReader.ReadAsync(db, [.. runIds.Where(keys.ContainsKey).Select(id => keys[id])], columns, cancel);
        if (sparklines)
        {
            await Sparklines.ReadAsync(db, rows, cancel);
        }

        return rows;
    }

    /// <exception cref="HubException">NotFound; Invalid where the filter is wrong.</exception>
    public async Task<RunCount> CountAsync(Caller caller, RunTableQuery query, CancellationToken cancel)
    {
        var search = query.Search();
        await using var db = await OpenAsync(caller, query.ExperimentId, cancel);
        var (runs, isAll) = await search.CountAsync(db, cancel);
        return new(runs, isAll);
    }

    /// <summary>The runs by what they have in common, with figures of each group's metrics.</summary>
    /// <exception cref="HubException">NotFound; Invalid where the filter is wrong or leaves too many runs.</exception>
    public async Task<GroupedRuns> GroupsAsync(Caller caller, RunTableQuery query, GroupKey by, IReadOnlyList<ShownColumn> columns, CancellationToken cancel)
    {
        var search = query.Search();
        await using var db = await OpenAsync(caller, query.ExperimentId, cancel);
        return await GroupReader.ReadAsync(db, query, search, by, [.. columns.Where(c => c.Kind == ColumnKind.Metric).Select(c => c.Key).Distinct()], cancel);
    }

    /// <summary>The columns that runs of the experiment commonly have: what a table shows to somebody who chose none.</summary>
    public async Task<RunColumns> CommonColumnsAsync(Caller caller, long experimentId, CancellationToken cancel)
    {
        await using var db = await OpenAsync(caller, experimentId, cancel);
        return await RunColumns.ReadAsync(db, experimentId, cancel);
    }

    /// <summary>The names of the datasets that runs of the experiment read.</summary>
    public async Task<List<string>> DatasetsAsync(Caller caller, long experimentId, CancellationToken cancel)
    {
        await using var db = await OpenAsync(caller, experimentId, cancel);
        return await db.Datasets.Where(d => d.ExperimentId == experimentId).Select(d => d.Name).Distinct().OrderBy(n => n).Take(Limits.SearchDatasets).ToListAsync(cancel);
    }

    /// <summary>Columns whose key holds the text, or begins with it: of metrics all, of params and tags those of the newest runs.</summary>
    public async Task<List<ShownColumn>> ColumnsAsync(Caller caller, long experimentId, string? text, bool atTheStart, IReadOnlyCollection<ColumnKind> kinds, CancellationToken cancel)
    {
        await using var db = await OpenAsync(caller, experimentId, cancel);
        return await ColumnSearch.FindAsync(db, experimentId, text ?? "", atTheStart, kinds, cancel);
    }

    /// <summary>Values that a param or a tag has in the newest runs, the most frequent first.</summary>
    public async Task<List<string>> ValuesAsync(Caller caller, long experimentId, ShownColumn column, string prefix, CancellationToken cancel)
    {
        await using var db = await OpenAsync(caller, experimentId, cancel);
        return await ColumnSearch.ValuesAsync(db, experimentId, column, prefix, cancel);
    }

    /// <summary>For what tells nothing of the runs, but only to those who may see them.</summary>
    /// <exception cref="HubException">NotFound where the experiment is absent or unreadable.</exception>
    public async Task RequireReadableAsync(Caller caller, long experimentId, CancellationToken cancel) =>
        await (await OpenAsync(caller, experimentId, cancel)).DisposeAsync();

    private async Task<HubDb> OpenAsync(Caller caller, long experimentId, CancellationToken cancel)
    {
        var db = hub.Open();
        try
        {
            await db.ExperimentAsync(caller, experimentId, Permission.Read, cancel);
            return db;
        }
        catch
        {
            await db.DisposeAsync();
            throw;
        }
    }
}
