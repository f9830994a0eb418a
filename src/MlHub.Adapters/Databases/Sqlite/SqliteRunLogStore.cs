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
        news.Tell(runId, outcome);
        return outcome.To;
    }

    public Task<List<MetricPoint>> HistoryAsync(long seriesId, MetricPoint? after, int max, CancellationToken cancel) =>
        // SQLite reads on the thread that asks: not on a page's.
        Task.Run(() => History(seriesId, after, max, cancel), cancel);

    private List<MetricPoint> History(long seriesId, MetricPoint? after, int max, CancellationToken cancel)
    {
        using var connection = new SqliteConnection(file.ForHistory);
        connection.Open();
        SqlitePragmas.Set(connection);
        using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            SELECT step, ts, value, kind FROM metrics
            WHERE series_id = $series {(after is null ? "" : "AND (step, ts, value, kind) > ($step, $ts, $value, $kind)")}
            ORDER BY step, ts, value, kind LIMIT $max
            """;
        command.Parameters.AddWithValue("$series", seriesId);
        command.Parameters.AddWithValue("$max", max);
        if (after is { } last)
        {
            var value = MetricValue.Of(last.Value);
            command.Parameters.AddWithValue("$step", last.Step);
            command.Parameters.AddWithValue("$ts", last.Timestamp);
            command.Parameters.AddWithValue("$value", value.Stored);
            command.Parameters.AddWithValue("$kind", (long)value.Kind);
        }

        return Read(command, cancel);
    }

    private static List<MetricPoint> Read(SqliteCommand command, CancellationToken cancel)
    {
        var points = new List<MetricPoint>();
        using var rows = command.ExecuteReader();
        while (rows.Read())
        {
            cancel.ThrowIfCancellationRequested();
            points.Add(new MetricPoint(rows.GetInt64(0), rows.GetInt64(1), new MetricValue(rows.GetDouble(2), (MetricKind)rows.GetInt16(3)).Logged));
        }

        return points;
    }
}
