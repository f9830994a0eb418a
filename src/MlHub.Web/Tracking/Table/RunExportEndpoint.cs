using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using MlHub.Tracking.Table;
using MlHub.Web.Access;
using MlHub.Web.Api;

namespace MlHub.Web.Tracking.Table;

/// <summary>All runs that a table shows as CSV or NDJSON, for the link on the page and for programs. The memory it takes is that of a page of runs.</summary>
public sealed class RunExportEndpoint(RunExports exports)
{
    public const string Path = "/runs-table/export";

    private const int FlushChars = 32_000;

    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public void Map(IEndpointRouteBuilder app) => app.MapGet(Path, MlflowErrors.Around(ExportAsync)).Declare(AccessKind.PageOrToken, Scopes.TrackingRead);

    private async Task ExportAsync(HttpContext context)
    {
        var (asked, caller, cancel) = (context.Request.Query, context.User.AsCaller(), context.RequestAborted);
        var (experiment, query) = (Needed.ExperimentId(asked["experiment_id"]), RunsQuery.Read(context.Request.QueryString.Value));
        var isCsv = Needed.Text(asked["format"], "format") switch
        {
            "csv" => true,
            "ndjson" => false,
            var other => throw WrongValues.Refuse(other, "format", "It must be csv or ndjson."),
        };
        List<ShownColumn>? columns = query.Columns.Count == 0 ? null : [.. query.Columns.Select(ShownColumn.ParseOrNull).OfType<ShownColumn>()];
        var heads = isCsv ? columns ?? await exports.AllColumnsAsync(caller, experiment, cancel) : [];
        var text = new StringBuilder();
        if (isCsv)
        {
            CsvText.AppendLine(text, ["run_id", "run_name", "status", "start_time", "end_time", "user", "parent_run_id", "datasets", .. heads.Select(h => CsvText.Defended(h.ToString()))]);
        }

        // The filter is refused before anything is sent.
        await using var rows = exports.RunsAsync(caller, query.Of(experiment) with { Outermost = false }, columns, cancel).GetAsyncEnumerator(cancel);
        var isMore = await rows.MoveNextAsync();
        context.Response.ContentType = isCsv ? "text/csv; charset=utf-8" : "application/x-ndjson";
        context.Response.Headers.ContentDisposition = $"attachment; filename=\"runs-{experiment}.{(isCsv ? "csv" : "ndjson")}\"";
        for (; isMore; isMore = await rows.MoveNextAsync())
        {
            if (isCsv)
            {
                CsvText.AppendLine(text, Cells(rows.Current, heads));
            }
            else
            {
                text.Append(JsonSerializer.Serialize(Line(rows.Current), Json)).Append('\n');
            }

            if (text.Length > FlushChars)
            {
                await SendAsync();
            }
        }

        await SendAsync();

        async Task SendAsync()
        {
            await context.Response.WriteAsync(text.ToString(), cancel);
            text.Clear();
        }
    }

    private static IEnumerable<string?> Cells(RunCells row, IReadOnlyList<ShownColumn> columns) =>
    [
        row.Run.RunId, CsvText.Defended(row.Run.Name), row.Run.Status.ToString().ToUpperInvariant(), Instant(row.Run.StartTime), Instant(row.Run.EndTime),
        CsvText.Defended(row.User), CsvText.Defended(row.ParentId), CsvText.Defended(string.Join(' ', row.Datasets.Select(d => $"{d.Name}@{d.Digest}"))),
        .. columns.Select(c => c.Kind == ColumnKind.Metric ? row.TextOrNull(c) : CsvText.Defended(row.TextOrNull(c))),
    ];

    private static object Line(RunCells row) => new
    {
        row.Run.RunId,
        RunName = row.Run.Name,
        Status = row.Run.Status.ToString().ToUpperInvariant(),
        row.Run.StartTime,
        row.Run.EndTime,
        row.User,
        ParentRunId = row.ParentId,
        row.Datasets,
        Metrics = row.Metrics.ToDictionary(m => m.Key, m => m.Value.Value),
        row.Params,
        row.Tags,
    };

    private static string? Instant(long? ms) => ms?.ToString(CultureInfo.InvariantCulture);
}
