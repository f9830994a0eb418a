using MlHub.Access;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using Npgsql;

namespace MlHub.Adapters.Databases.Postgres;

/// <summary>Run logs in PostgreSQL.</summary>
public sealed class PostgresRunLogStore(NpgsqlDataSource database, RunLogNews news, TimeProvider clock) : IRunLogStore
{
    public async Task<LoggedTo> AppendAsync(Caller caller, string runId, RunLog log, CancellationToken cancel)
    {
        var outcome = await LostRaces.RetryAsync(() => CommitAsync(caller, runId, log, cancel), PostgresFailure.IsLostRace, cancel);
        news.Tell(runId, log, outcome);
        return outcome.To;
    }

    public async Task<List<MetricPoint>> HistoryAsync(long seriesId, MetricPoint? after, long lastStep, int max, CancellationToken cancel)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            await using var command = HistoryCommand(connection, seriesId, after, lastStep, max);
            return await HistoryPoints.ReadAsync(command, cancel);
        }
        catch (NpgsqlException e)
        {
            throw PostgresFailure.Explain(e);
        }
    }

    private async Task<LogOutcome> CommitAsync(Caller caller, string runId, RunLog log, CancellationToken cancel)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancel);
            return await new PostgresLogTransaction(connection, clock, cancel).RunAsync(caller, runId, log);
        }
        catch (NpgsqlException e) when (!PostgresFailure.IsLostRace(e))
        {
            throw PostgresFailure.Explain(e);
        }
    }

    private static NpgsqlCommand HistoryCommand(NpgsqlConnection connection, long seriesId, MetricPoint? after, long lastStep, int max)
    {
        var command = new NpgsqlCommand(after is null ? PostgresLogSql.History : PostgresLogSql.HistoryAfter, connection);
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = seriesId });
        command.Parameters.Add(new NpgsqlParameter<int> { TypedValue = max });
        command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = lastStep });
        if (after is { } last)
        {
            var value = MetricValue.Of(last.Value);
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last.Step });
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = last.Timestamp });
            command.Parameters.Add(new NpgsqlParameter<double> { TypedValue = value.Stored });
            command.Parameters.Add(new NpgsqlParameter<short> { TypedValue = (short)value.Kind });
        }

        return command;
    }
}
