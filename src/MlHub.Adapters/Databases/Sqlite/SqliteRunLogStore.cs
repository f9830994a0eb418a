using Microsoft.Data.Sqlite;
using MlHub.Access;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>Run logs in SQLite: written by <see cref="SqliteWriter"/>, read through pooled connections that cannot write.</summary>
public sealed class SqliteRunLogStore(SqliteFile file, SqliteWriter writer, RunLogNews news) : IRunLogStore
{
    public async Task<LoggedTo> AppendAsync(Caller caller, string runId, RunLog log, CancellationToken cancel)
    {
        var outcome = await writer.WriteAsync(new SqliteLogCall(caller, runId, log), cancel);
        news.Tell(runId, log, outcome);
        return outcome.To;
    }

    public Task<List<MetricPoint>> HistoryAsync(long seriesId, MetricPoint? after, long lastStep, int max, CancellationToken cancel) =>
        // SQLite reads on the thread that asks: not on a page's.
        Task.Run(() => History(seriesId, after, lastStep, max, cancel), cancel);

    private List<MetricPoint> History(long seriesId, MetricPoint? after, long lastStep, int max, CancellationToken cancel)
    {
        using var connection = new SqliteConnection(file.ForHistory);
        connection.Open();
        SqlitePragmas.Set(connection);
        using var statement = new SqliteStatement(
            connection,
            $"""
            SELECT step, ts, value, kind FROM metrics
            WHERE series_id = ?1 AND step <= ?3 {(after is null ? "" : "AND (step, ts, value, kind) > (?4, ?5, ?6, ?7)")}
            ORDER BY step, ts, value, kind LIMIT ?2
            """);
        statement.Bind(1, seriesId).Bind(2, max).Bind(3, lastStep);
        if (after is { } last)
        {
            var value = MetricValue.Of(last.Value);
            statement.Bind(4, last.Step).Bind(5, last.Timestamp).Bind(6, value.Stored).Bind(7, (long)value.Kind);
        }

        var points = new List<MetricPoint>();
        while (statement.Step())
        {
            cancel.ThrowIfCancellationRequested();
            points.Add(new(statement.Number(0), statement.Number(1), new MetricValue(statement.Real(2), (MetricKind)statement.Number(3)).Logged));
        }

        return points;
    }
}
