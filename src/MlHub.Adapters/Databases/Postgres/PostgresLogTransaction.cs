using System.Data;
using MlHub.Access;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Events;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using Npgsql;

namespace MlHub.Adapters.Databases.Postgres;

/// <summary>One call as one transaction, with one statement per kind of thing however much is logged.</summary>
internal sealed class PostgresLogTransaction(NpgsqlConnection connection, TimeProvider clock, CancellationToken cancel)
{
    public async Task<LogOutcome> RunAsync(Caller caller, string runId, RunLog log)
    {
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.ReadCommitted, cancel);
        var to = RunStanding.Require(caller, runId, await FindAsync(caller, runId));
        var newParams = log.Params.Count == 0 ? [] : await AddParamsAsync(to, runId, RunLogRules.DistinctParams(runId, log));
        var changedTags = log.Tags.Count == 0 ? [] : await SetTagsAsync(to, RunLogRules.LastTags(log));
        if (log.Metrics.Count > 0)
        {
            await AddPointsAsync(to, SeriesPoints.Of(log.Metrics));
        }

        if (log.ModelMetrics.Count > 0)
        {
            await AddModelPointsAsync(runId, log.ModelMetrics);
        }

        var wroteEvent = await RecordAsync(caller, runId, to, RunLogRules.Changes(newParams, changedTags));
        await transaction.CommitAsync(cancel);
        return new LogOutcome(to, wroteEvent);
    }

    private async Task<RunStanding?> FindAsync(Caller caller, string runId)
    {
        await using var command = Command(PostgresLogSql.FindRun, runId, caller.Id);
        await using var row = await command.ExecuteReaderAsync(cancel);
        return await row.ReadAsync(cancel)
            ? new RunStanding(row.GetInt64(0), row.GetInt64(1), row.GetBoolean(2), row.GetBoolean(3), (Permission)row.GetInt32(4))
            : null;
    }

    private async Task<Dictionary<string, string>> AddParamsAsync(LoggedTo to, string runId, SortedDictionary<string, string> sent)
    {
        var added = await KeysAsync(Command(PostgresLogSql.AddParams, to.RunKey, sent.Keys.ToArray(), sent.Values.ToArray()));
        if (added.Count < sent.Count)
        {
            await using var command = Command(PostgresLogSql.StoredParams, to.RunKey, sent.Keys.ToArray());
            await using var row = await command.ExecuteReaderAsync(cancel);
            while (await row.ReadAsync(cancel))
            {
                RunLogRules.RequireUnchanged(runId, row.GetString(0), row.GetString(1), sent[row.GetString(0)]);
            }
        }

        return added.ToDictionary(k => k, k => sent[k]);
    }

    private async Task<Dictionary<string, string>> SetTagsAsync(LoggedTo to, SortedDictionary<string, string> tags)
    {
        var changed = await KeysAsync(Command(PostgresLogSql.SetTags, to.RunKey, tags.Keys.ToArray(), tags.Values.ToArray()));
        if (tags.TryGetValue(RunLogRules.RunNameTag, out var name))
        {
            await using var command = Command(PostgresLogSql.Rename, to.RunKey, name);
            await command.ExecuteNonQueryAsync(cancel);
        }

        return changed.ToDictionary(k => k, k => tags[k]);
    }

    private async Task AddPointsAsync(LoggedTo to, List<SeriesPoints> series)
    {
        var latest = series.ConvertAll(s => MetricValue.Of(s.Latest.Value));
        var points = series.SelectMany(s => s.Points.Select(p => (s.Key, p.Step, p.Timestamp, Value: MetricValue.Of(p.Value)))).ToList();
        await using var command = Command(
            PostgresLogSql.AddPoints, to.RunKey, to.ExperimentId,
            series.Select(s => s.Key).ToArray(), series.Select(s => s.Latest.Step).ToArray(), series.Select(s => s.Latest.Timestamp).ToArray(),
            latest.Select(v => v.Stored).ToArray(), latest.Select(v => (short)v.Kind).ToArray(), series.Select(s => (long)s.Points.Count).ToArray(),
            points.Select(p => p.Key).ToArray(), points.Select(p => p.Step).ToArray(), points.Select(p => p.Timestamp).ToArray(),
            points.Select(p => p.Value.Stored).ToArray(), points.Select(p => (short)p.Value.Kind).ToArray());
        var sent = series.ToDictionary(s => s.Key, s => (long)s.Points.Count);
        var surplus = new Dictionary<long, long>();
        await using (var row = await command.ExecuteReaderAsync(cancel))
        {
            while (await row.ReadAsync(cancel))
            {
                surplus.Add(row.GetInt64(1), sent[row.GetString(0)] - row.GetInt64(2));
            }
        }

        await UncountAsync(surplus.Where(s => s.Value > 0).ToDictionary());
    }

    private async Task AddModelPointsAsync(string runId, IReadOnlyList<ModelMetric> metrics)
    {
        var values = metrics.Select(m => MetricValue.Of(m.Metric.Value)).ToList();
        await using var command = Command(
            PostgresLogSql.AddModelPoints, runId, metrics.Select(m => m.ModelId).ToArray(), metrics.Select(m => m.Metric.Key).ToArray(),
            metrics.Select(m => m.DatasetName).ToArray(), metrics.Select(m => m.DatasetDigest).ToArray(),
            metrics.Select(m => m.Metric.Step).ToArray(), metrics.Select(m => m.Metric.Timestamp).ToArray(),
            values.Select(v => v.Stored).ToArray(), values.Select(v => (short)v.Kind).ToArray());
        await command.ExecuteNonQueryAsync(cancel);
    }

    private async Task UncountAsync(Dictionary<long, long> surplus)
    {
        if (surplus.Count > 0)
        {
            await using var command = Command(PostgresLogSql.Uncount, surplus.Keys.ToArray(), surplus.Values.ToArray());
            await command.ExecuteNonQueryAsync(cancel);
        }
    }

    private async Task<bool> RecordAsync(Caller caller, string runId, LoggedTo to, string? after)
    {
        if (after is null)
        {
            return false;
        }

        var at = clock.GetUtcNow().ToUnixTimeMilliseconds();
        await using var command = Command(
            PostgresLogSql.AddEvent, at, caller.Name, EventKinds.RunLogged, runId, to.ExperimentId, after,
            caller.AccountId, caller.Origin?.Via, caller.Origin?.Address, caller.Origin?.UserAgent);
        await command.ExecuteNonQueryAsync(cancel);
        return true;
    }

    private async Task<List<string>> KeysAsync(NpgsqlCommand command)
    {
        var keys = new List<string>();
        await using (command)
        {
            await using var row = await command.ExecuteReaderAsync(cancel);
            while (await row.ReadAsync(cancel))
            {
                keys.Add(row.GetString(0));
            }
        }

        return keys;
    }

    private NpgsqlCommand Command(string sql, params object?[] values)
    {
        var command = new NpgsqlCommand(sql, connection);
        foreach (var value in values)
        {
            command.Parameters.Add(new NpgsqlParameter { Value = value ?? DBNull.Value });
        }

        return command;
    }
}
