using Microsoft.Data.SqlClient;
using MlHub.Access;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Tracking;

namespace MlHub.Adapters.Databases.SqlServer;

/// <summary>One call inside an open transaction, with one round trip per kind of thing.</summary>
internal sealed class SqlServerLogTransaction(SqlTransaction transaction, TimeProvider clock, CancellationToken cancel)
{
    public async Task<LogOutcome> RunAsync(Caller caller, string runId, RunLog log)
    {
        var to = RunStanding.Require(caller, runId, await FindAsync(caller, runId));
        var newParams = log.Params.Count == 0 ? [] : await AddParamsAsync(to, runId, RunLogRules.DistinctParams(runId, log));
        var changedTags = log.Tags.Count == 0 ? [] : await SetTagsAsync(to, RunLogRules.LastTags(log));
        if (log.Metrics.Count > 0)
        {
            await RunAsync(SqlServerLogCommands.AddPoints(to, SeriesPoints.Of(log.Metrics)));
        }

        if (log.ModelMetrics.Count > 0)
        {
            await RunAsync(SqlServerLogCommands.AddModelPoints(runId, log.ModelMetrics));
        }

        var after = RunLogRules.Changes(newParams, changedTags);
        if (after is not null)
        {
            await RunAsync(SqlServerLogCommands.AddEvent(clock.GetUtcNow(), caller, runId, to, after));
        }

        return new LogOutcome(to, after is not null);
    }

    private async Task<RunStanding?> FindAsync(Caller caller, string runId)
    {
        await using var command = In(SqlServerLogCommands.FindRun(caller, runId));
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new RunStanding(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetBoolean(3), (Permission)row.GetInt32(4))
            : null;
    }

    private async Task<Dictionary<string, string>> AddParamsAsync(LoggedTo to, string runId, SortedDictionary<string, string> sent)
    {
        await using var command = In(SqlServerLogCommands.AddParams(to, sent));
        await using var row = await command.ExecuteReaderAsync(cancel);
        var added = new Dictionary<string, string>();
        while (await row.ReadAsync(cancel))
        {
            added.Add(row.GetString(0), sent[row.GetString(0)]);
        }

        await row.NextResultAsync(cancel);
        while (await row.ReadAsync(cancel))
        {
            RunLogRules.RequireUnchanged(runId, row.GetString(0), row.GetString(1), sent[row.GetString(0)]);
        }

        return added;
    }

    private async Task<Dictionary<string, string>> SetTagsAsync(LoggedTo to, SortedDictionary<string, string> tags)
    {
        var changed = new Dictionary<string, string>();
        await using (var command = In(SqlServerLogCommands.SetTags(to, tags)))
        {
            await using var row = await command.ExecuteReaderAsync(cancel);
            do
            {
                while (await row.ReadAsync(cancel))
                {
                    changed.Add(row.GetString(0), tags[row.GetString(0)]);
                }
            }
            while (await row.NextResultAsync(cancel));
        }

        if (tags.TryGetValue(RunLogRules.RunNameTag, out var name))
        {
            await RunAsync(SqlServerLogCommands.Rename(to, name));
        }

        return changed;
    }

    private async Task RunAsync(SqlCommand command)
    {
        await using (In(command))
        {
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    private SqlCommand In(SqlCommand command)
    {
        (command.Connection, command.Transaction) = (transaction.Connection, transaction);
        return command;
    }
}
