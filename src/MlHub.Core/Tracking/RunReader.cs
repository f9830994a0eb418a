using System.Data.Common;
using MlHub.LoggedModels;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;

namespace MlHub.Tracking;

/// <summary>
/// Reads whole runs, many at once: one command for all metrics, one for all params and so on, and never through EF Core,
/// whose entities would cost more than the reading.
/// </summary>
public static class RunReader
{
    /// <summary>Databases dislike longer lists.</summary>
    private const int KeysPerCommand = 1000;

    /// <summary>The runs in the order of their keys; a key whose run is gone is left out.</summary>
    public static async Task<IReadOnlyList<RunDetails>> ReadAsync(HubDb db, IReadOnlyList<long> runKeys, CancellationToken cancel)
    {
        List<RunDetails> runs = new(runKeys.Count);
        foreach (var keys in runKeys.Chunk(KeysPerCommand))
        {
            runs.AddRange(await ReadChunkAsync(db, keys, cancel));
        }

        return runs;
    }

    private static async Task<IEnumerable<RunDetails>> ReadChunkAsync(HubDb db, long[] keys, CancellationToken cancel)
    {
        var runs = (await ReadRunsAsync(db, keys, cancel)).ToDictionary(r => r.Key);
        var metrics = await GroupAsync(db, keys, "metric_key, value, kind, ts, step, series_id, points FROM metric_series", SqlDialect.Of(db).Sorted("metric_key"), Metric, cancel);
        var @params = await GroupAsync(db, keys, "param_key, value FROM params", SqlDialect.Of(db).Sorted("param_key"), Pair, cancel);
        var tags = await GroupAsync(db, keys, "tag_key, value FROM run_tags", SqlDialect.Of(db).Sorted("tag_key"), Pair, cancel);
        var inputs = await GroupAsync(
            db, keys,
            """
            i.tags_json, d.dataset_id, d.experiment_id, d.name, d.digest, d.source_type, d.source, d.schema_json, d.profile_json
            FROM run_inputs i JOIN datasets d ON d.dataset_id = i.dataset_id
            """,
            "i.dataset_id", Input, cancel);
        var models = await GroupAsync(db, keys, "link, step, model_id FROM run_models", "link, step, model_id", Model, cancel);
        return keys.Where(runs.ContainsKey).Select(key =>
            new RunDetails(runs[key], Of(metrics, key), Of(@params, key), Of(tags, key), Of(inputs, key)) { Models = Of(models, key) });
    }

    private static async Task<List<Run>> ReadRunsAsync(HubDb db, long[] keys, CancellationToken cancel)
    {
        var sql = new SqlStatement(SqlDialect.Of(db))
            .Add("SELECT run_key, run_id, experiment_id, name, user_id, created_by, status, start_time, end_time, is_deleted, deleted_at FROM runs WHERE ")
            .AddIn("run_key", keys);
        List<Run> runs = new(keys.Length);
        await sql.ReadAsync(db, row => runs.Add(OneRun(row)), cancel);
        return runs;
    }

    /// <summary>The rows of each run, sorted by <paramref name="sortedBy"/>. They come run by run, so that a list is looked up once for each.</summary>
    private static async Task<Dictionary<long, List<T>>> GroupAsync<T>(
        HubDb db, long[] keys, string columns, string sortedBy, Func<DbDataReader, T> read, CancellationToken cancel)
    {
        var sql = new SqlStatement(SqlDialect.Of(db)).Add($"SELECT run_key, {columns} WHERE ").AddIn("run_key", keys)
            .Add($" ORDER BY run_key, {sortedBy}");
        Dictionary<long, List<T>> groups = new(keys.Length);
        List<T> group = [];
        long? current = null;
        await sql.ReadAsync(db, Take, cancel);
        return groups;

        void Take(DbDataReader row)
        {
            var key = row.GetInt64(0);
            if (key != current)
            {
                // Runs of one experiment log much the same, so the last one's number of rows is a good guess.
                groups.Add(key, group = new(group.Count));
                current = key;
            }

            group.Add(read(row));
        }
    }

    private static Run OneRun(DbDataReader row) => new()
    {
        Key = row.GetInt64(0),
        RunId = row.GetString(1),
        ExperimentId = row.GetInt64(2),
        Name = row.GetString(3),
        UserId = row.GetString(4),
        CreatedBy = row.GetString(5),
        Status = (RunStatus)row.GetInt16(6),
        StartTime = row.GetInt64(7),
        EndTime = row.IsDBNull(8) ? null : row.GetInt64(8),
        IsDeleted = row.GetBoolean(9),
        DeletedAt = row.IsDBNull(10) ? null : DateTimeOffset.FromUnixTimeMilliseconds(row.GetInt64(10)),
    };

    private static LatestMetric Metric(DbDataReader row) =>
        new(row.GetString(1), Value(row), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7));

    /// <summary>Only these numbers may stand for something else; to ask for the kind of all others would cost more than it tells.</summary>
    private static double Value(DbDataReader row) => row.GetDouble(2) switch
    {
        var stored and (0 or double.MaxValue or double.MinValue) => new MetricValue(stored, (MetricKind)row.GetInt16(3)).Logged,
        var number => number,
    };

    private static KeyValuePair<string, string> Pair(DbDataReader row) => new(row.GetString(1), row.GetString(2));

    private static LoggedInput Input(DbDataReader row) => new(
        new()
        {
            Id = row.GetInt64(2),
            ExperimentId = row.GetInt64(3),
            Name = row.GetString(4),
            Digest = row.GetString(5),
            SourceType = row.GetString(6),
            Source = row.GetString(7),
            Schema = row.IsDBNull(8) ? null : row.GetString(8),
            Profile = row.IsDBNull(9) ? null : row.GetString(9),
        },
        row.GetString(1));

    private static RunModelLink Model(DbDataReader row) => new((ModelLink)row.GetInt16(1), row.GetString(3), row.GetInt64(2));

    private static List<T> Of<T>(Dictionary<long, List<T>> groups, long key) => groups.GetValueOrDefault(key) ?? [];
}
