using System.Data;
using Microsoft.Data.SqlClient;
using MlHub.Access;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Adapters.Databases.SqlServer;

/// <summary>Run logs in SQL Server.</summary>
public sealed class SqlServerRunLogStore(string connectionString, RunLogNews news, TimeProvider clock) : IRunLogStore
{
    public async Task<LoggedTo> AppendAsync(Caller caller, string runId, RunLog log, CancellationToken cancel)
    {
        var outcome = await LostRaces.RetryAsync(() => CommitAsync(caller, runId, log, cancel), SqlServerFailure.IsLostRace, cancel);
        news.Tell(runId, log, outcome);
        return outcome.To;
    }

    public async Task<List<MetricPoint>> HistoryAsync(long seriesId, MetricPoint? after, long lastStep, int max, CancellationToken cancel)
    {
        try
        {
            await using var connection = new SqlConnection(connectionString);
            await connection.OpenAsync(cancel);
            await using var command = SqlServerLogCommands.History(seriesId, after, lastStep, max);
            command.Connection = connection;
            return await HistoryPoints.ReadAsync(command, cancel);
        }
        catch (SqlException e)
        {
            throw SqlServerFailure.Explain(e);
        }
    }

    private async Task<LogOutcome> CommitAsync(Caller caller, string runId, RunLog log, CancellationToken cancel)
    {
        try
        {
            await using var connection = new SqlConnection(connectionString);
            await connection.OpenAsync(cancel);
            await using var transaction = (SqlTransaction)await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
            var outcome = await new SqlServerLogTransaction(transaction, clock, cancel).RunAsync(caller, runId, log);
            await transaction.CommitAsync(cancel);
            return outcome;
        }
        catch (SqlException e) when (!SqlServerFailure.IsLostRace(e))
        {
            throw SqlServerFailure.Explain(e);
        }
    }
}
