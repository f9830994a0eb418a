using System.Data.Common;
using MlHub.LoggedModels;
using MlHub.Tracking.Metrics;
using MlHub.Tracking.Search;

namespace MlHub.Tracking;

/// <summary>
/// Reads whole runs, many at once and in one command: one statement for all metrics, one for all params and so on, and never
/// through EF Core, whose entities would cost more than the reading.
/// </summary>
public static class RunReader
{
    /// <summary>Databases dislike longer lists.</summary>
    private const int KeysPerCommand = 1000;

    /// <summary>The runs in the order of their keys; a key whose run is gone is left out.</summary>
    public static async Task<IReadOnlyList<FoundRun>> ReadAsync(HubDb db, IReadOnlyList<long> runKeys, CancellationToken cancel)
    {
        List<FoundRun> runs = new(runKeys.Count);
        foreach (var keys in runKeys.Chunk(KeysPerCommand))
        {
            runs.AddRange(await ReadChunkAsync(db, keys, cancel));
        }

        return runs;
    }

    private static async Task<IEnumerable<FoundRun>> ReadChunkAsync(HubDb db, long[] keys, CancellationToken cancel)
    {
        var sql = new SqlStatement(SqlDialect.Of(db));
        var runs = new Dictionary<long, (Run Run, string Location)>(keys.Length);
        sql.Add(
            """
            SELECT r.run_key, r.run_id, r.experiment_id, r.name, r.user_id, r.created_by, r.status, r.start_time, r.end_time, r.is_deleted, r.deleted_at, e.artifact_location
            FROM runs r JOIN experiments e ON e.id = r.experiment_id WHERE
            """).AddIn(" r.run_key", keys);
        var metrics = RowsOf(sql, keys, "metric_key, value, kind, ts, step, points FROM metric_series", sql.Dialect.Sorted("metric_key"), Metric);
        var @params = RowsOf(sql, keys, "param_key, value FROM params", sql.Dialect.Sorted("param_key"), Pair);
        var tags = RowsOf(sql, keys, "tag_key, value FROM run_tags", sql.Dialect.Sorted("tag_key"), Pair);
        var inputs = RowsOf(
            sql, keys,
            """
            i.tags_json, d.dataset_id, d.experiment_id, d.name, d.digest, d.source_type, d.source, d.schema_json, d.profile_json
            FROM run_inputs i JOIN datasets d ON d.dataset_id = i.dataset_id
            """,
            "i.dataset_id", Input);
        var models = RowsOf(sql, keys, "link, step, model_id FROM run_models", "link, step, model_id", Model);
        await sql.ReadAsync(db, [row => runs.Add(row.GetInt64(0), (OneRun(row), row.GetString(11))), metrics.Take, @params.Take, tags.Take, inputs.Take, models.Take], cancel);
        return keys.Where(runs.ContainsKey).Select(key =>
            new FoundRun(new(runs[key].Run, metrics[key], @params[key], tags[key], inputs[key]) { Models = models[key] }, runs[key].Location));
    }

    /// <summary>Asks for the rows of each run, sorted by <paramref name="sortedBy"/>.</summary>
    private static RowsByRun<T> RowsOf<T>(SqlStatement sql, long[] keys, string columns, string sortedBy, Func<DbDataReader, T> read)
    {
        sql.Add($"; SELECT run_key, {columns} WHERE ").AddIn("run_key", keys).Add($" ORDER BY run_key, {sortedBy}");
        return new(keys.Length, read);
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
        new(row.GetString(1), Value(row), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6));

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

    /// <summary>Rows come run by run, so that a list is looked up once for each.</summary>
    private sealed class RowsByRun<T>(int runs, Func<DbDataReader, T> read)
    {
        private readonly Dictionary<long, List<T>> _groups = new(runs);
        private List<T> _group = [];
        private long? _current;

        public IReadOnlyList<T> this[long run] => _groups.TryGetValue(run, out var group) ? group : [];

        public void Take(DbDataReader row)
        {
            var run = row.GetInt64(0);
            if (run != _current)
            {
                // Runs of one experiment log much the same, so the last one's number of rows is a good guess.
                _groups.Add(run, _group = new(_group.Count));
                _current = run;
            }

            _group.Add(read(row));
        }
    }
}
