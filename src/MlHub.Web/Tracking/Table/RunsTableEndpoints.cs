using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using MlHub.Registry;
using MlHub.Tracking.Table;
using MlHub.Web.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Tracking.Table;

/// <summary>What the page's script asks for while somebody scrolls, chooses columns or types a filter. Rows come as the same markup that the page has.</summary>
public sealed class RunsTableEndpoints(RunTables tables, RunRegistrations registrations, FilterWords words)
{
    public const string Rows = "/runs-table/rows", Count = "/runs-table/count", Columns = "/runs-table/columns", Words = "/runs-table/words";

    /// <summary>The header that names the place where the next rows begin.</summary>
    public const string NextHeader = "X-Next-Page";

    public void Map(IEndpointRouteBuilder app)
    {
        app.MapGet(Rows, MlflowErrors.Around(RowsAsync)).Declare(AccessKind.Page);
        app.MapGet(Count, MlflowErrors.Around(CountAsync)).Declare(AccessKind.Page);
        app.MapGet(Columns, MlflowErrors.Around(ColumnsAsync)).Declare(AccessKind.Page);
        app.MapGet(Words, MlflowErrors.Around(WordsAsync)).Declare(AccessKind.Page);
    }

    private async Task RowsAsync(HttpContext context)
    {
        var (asked, caller, cancel) = (context.Request.Query, context.User.AsCaller(), context.RequestAborted);
        var (experiment, query) = (Needed.ExperimentId(asked["experiment_id"]), RunsQuery.Read(context.Request.QueryString.Value));
        var layout = new TableLayout(Read(query.PinnedColumns), [.. query.Fixed.Where(f => FixedColumns.All.Any(c => c.Name == f))], Read(query.Columns), Number(asked, "left"), Number(asked, "right"));
        if (GroupKey.ParseOrNull(query.Group) is { } by && !asked.ContainsKey("value") && !asked.ContainsKey("without"))
        {
            var groups = await tables.GroupsAsync(caller, query.Of(experiment), by, layout.Read, cancel);
            await new RazorComponentResult<GroupRows>(new { groups.Groups, By = by, Layout = layout }).ExecuteAsync(context);
            return;
        }

        var found = await FoundAsync(experiment, query, layout, asked, caller, cancel);
        var registered = layout.Fixed.Contains(FixedColumns.Models) ? await registrations.OfAsync(caller, [.. found.Rows.Select(r => r.Run.RunId)], cancel) : null;
        if (found.NextPageToken is { } next)
        {
            context.Response.Headers[NextHeader] = next;
        }

        await new RazorComponentResult<RunsRows>(new
        {
            found.Rows,
            Layout = layout,
            query.IsTree,
            Depth = Number(asked, "depth"),
            IsPinned = asked.ContainsKey("pinned"),
            Lines = query.Sparklines,
            Registered = registered,
        }).ExecuteAsync(context);
    }

    /// <summary>A piece of the whole, the runs within one, those of a group, or the pinned ones.</summary>
    private async Task<RunRows> FoundAsync(long experiment, RunsQuery query, TableLayout layout, IQueryCollection asked, Caller caller, CancellationToken cancel)
    {
        if (query.PinnedRuns.Count > 0)
        {
            return new(await tables.SomeAsync(caller, experiment, query.PinnedRuns, layout.Read, query.Sparklines, cancel), null);
        }

        var runs = query.Of(experiment);
        if (asked["below"].ToString() is { Length: > 0 } parent)
        {
            runs = new(experiment, OrderBy: query.OrderBy, Below: parent);
        }
        else if (GroupKey.ParseOrNull(query.Group) is { } by)
        {
            runs = runs with { Filter = by.FilterOf(asked.ContainsKey("without") ? null : asked["value"].ToString(), query.Filter) };
        }

        return await tables.WindowAsync(caller, runs, new(RunsQuery.PageSize, layout.Read, Number(asked, "skip"), query.PageToken, query.Sparklines), cancel);
    }

    private async Task CountAsync(HttpContext context)
    {
        var (experiment, query) = (Needed.ExperimentId(context.Request.Query["experiment_id"]), RunsQuery.Read(context.Request.QueryString.Value));
        var (caller, cancel) = (context.User.AsCaller(), context.RequestAborted);
        var count = await tables.CountAsync(caller, query.Of(experiment), cancel);
        var shape = RunsTable.ShapeOf(await tables.CommonColumnsAsync(caller, experiment, cancel));
        await Results.Json(new { count.Runs, count.IsAll, shape }).ExecuteAsync(context);
    }

    private async Task ColumnsAsync(HttpContext context)
    {
        var asked = context.Request.Query;
        var found = await tables.ColumnsAsync(
            context.User.AsCaller(), Needed.ExperimentId(asked["experiment_id"]), asked["text"], atTheStart: false, Enum.GetValues<ColumnKind>(), context.RequestAborted);
        await new RazorComponentResult<ColumnChoices>(new { Columns = found }).ExecuteAsync(context);
    }

    private async Task WordsAsync(HttpContext context)
    {
        var asked = context.Request.Query;
        var before = asked["text"].ToString();
        var (from, next) = await words.NextAsync(
            context.User.AsCaller(), Needed.ExperimentId(asked["experiment_id"]), before[..Math.Min(before.Length, Limits.FilterLength)], context.RequestAborted);
        await Results.Json(new { from, words = next }).ExecuteAsync(context);
    }

    private static List<ShownColumn> Read(IReadOnlyList<string> columns) => [.. columns.Select(ShownColumn.ParseOrNull).OfType<ShownColumn>()];

    private static int Number(IQueryCollection query, string name) =>
        int.TryParse(query[name], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
