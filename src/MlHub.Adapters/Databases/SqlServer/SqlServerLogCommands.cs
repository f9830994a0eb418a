using System.Data;
using System.Text.Json;
using Microsoft.Data.SqlClient;
using MlHub.Access;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Events;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Adapters.Databases.SqlServer;

/// <summary>The statements with their parameters; what remains is to run them.</summary>
internal static class SqlServerLogCommands
{
    // Longer than any run id that exists, so that SQL Server does not cut a longer one down to one that does.
    public static SqlCommand FindRun(Caller caller, string runId) =>
        Command(SqlServerLogSql.FindRun, ("@run", SqlDbType.VarChar, Limits.RunId + 1, runId), ("@caller", SqlDbType.UniqueIdentifier, 0, caller.Id));

    public static SqlCommand AddParams(LoggedTo to, IReadOnlyDictionary<string, string> values) =>
        Command(SqlServerLogSql.AddParams, Number("@run_key", to.RunKey)).With(SqlServerTables.Pairs("@params", values));

    public static SqlCommand SetTags(LoggedTo to, IReadOnlyDictionary<string, string> values) =>
        Command(SqlServerLogSql.SetTags, Number("@run_key", to.RunKey)).With(SqlServerTables.Pairs("@tags", values));

    public static SqlCommand Rename(LoggedTo to, string name) =>
        Command(SqlServerLogSql.Rename, Number("@run_key", to.RunKey), ("@name", SqlDbType.NVarChar, Limits.RunName, name));

    public static SqlCommand AddPoints(LoggedTo to, IReadOnlyList<SeriesPoints> series) =>
        Command(SqlServerLogSql.AddPoints, Number("@run_key", to.RunKey), Number("@experiment_id", to.ExperimentId))
            .With(SqlServerTables.Points("@latest", series.Select(s => (s.Key, s.Latest))))
            .With(SqlServerTables.Points("@points", series.SelectMany(s => s.Points.Select(p => (s.Key, p)))));

    public static SqlCommand AddModelPoints(string runId, IReadOnlyList<ModelMetric> metrics) =>
        Command(SqlServerLogSql.AddModelPoints, ("@run", SqlDbType.VarChar, Limits.RunId, runId), Text("@points", Points(metrics)));

    public static SqlCommand AddEvent(DateTimeOffset at, Caller actor, string runId, LoggedTo to, string after) => Command(
        SqlServerLogSql.AddEvent, Number("@at", at.ToUnixTimeMilliseconds()), ("@actor", SqlDbType.NVarChar, Limits.UserName, actor.Name),
        ("@kind", SqlDbType.VarChar, 64, EventKinds.RunLogged), ("@subject", SqlDbType.NVarChar, 512, runId),
        Number("@experiment_id", to.ExperimentId), Text("@after", after), ("@actor_id", SqlDbType.UniqueIdentifier, 0, actor.AccountId),
        ("@via", SqlDbType.NVarChar, 64, actor.Origin?.Via), ("@address", SqlDbType.VarChar, 64, actor.Origin?.Address),
        ("@user_agent", SqlDbType.NVarChar, Limits.UserAgent, actor.Origin?.UserAgent));

    public static SqlCommand History(long seriesId, MetricPoint? after, long lastStep, int max)
    {
        if (after is not { } last)
        {
            return Command(SqlServerLogSql.History, Number("@series_id", seriesId), Number("@last_step", lastStep), ("@max", SqlDbType.Int, 0, max));
        }

        var value = MetricValue.Of(last.Value);
        return Command(
            SqlServerLogSql.HistoryAfter, Number("@series_id", seriesId), Number("@last_step", lastStep), ("@max", SqlDbType.Int, 0, max),
            Number("@step", last.Step), Number("@ts", last.Timestamp), ("@value", SqlDbType.Float, 0, value.Stored), ("@kind", SqlDbType.SmallInt, 0, (short)value.Kind));
    }

    private static (string, SqlDbType, int, object?) Number(string name, long value) => (name, SqlDbType.BigInt, 0, value);

    private static (string, SqlDbType, int, object?) Text(string name, string value) => (name, SqlDbType.NVarChar, -1, value);

    private static SqlCommand Command(string sql, params (string Name, SqlDbType Type, int Size, object? Value)[] parameters)
    {
        var command = new SqlCommand(sql);
        foreach (var (name, type, size, value) in parameters)
        {
            command.Parameters.Add(new SqlParameter(name, type, size) { Value = value ?? DBNull.Value });
        }

        return command;
    }

    private static string Points(IEnumerable<ModelMetric> metrics) => JsonSerializer.Serialize(metrics.Select(m =>
    {
        var value = MetricValue.Of(m.Metric.Value);
        return new object[] { m.ModelId, m.Metric.Key, m.DatasetName, m.DatasetDigest, m.Metric.Step, m.Metric.Timestamp, value.Stored, (short)value.Kind };
    }));

    private static SqlCommand With(this SqlCommand command, SqlParameter table)
    {
        command.Parameters.Add(table);
        return command;
    }
}
