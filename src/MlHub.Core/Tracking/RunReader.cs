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
    public static async Task<IReadOnlyList<FoundRun>> ReadAsync(HubDb db, IReadOnlyList<long> runKeys, CancellationToken cancel, RunParts? parts = null)
    {
        List<FoundRun> runs = new(runKeys.Count);
        foreach (var keys in runKeys.Chunk(KeysPerCommand))
        {
            runs.AddRange(await ReadChunkAsync(db, keys, parts ?? RunParts.All, cancel));
        }

        return runs;
    }

    private static async Task<IEnumerable<FoundRun>> ReadChunkAsync(HubDb db, long[] keys, RunParts parts, CancellationToken cancel)
    {
        var sql = new SqlStatement(SqlDialect.Of(db));
        var runs = new Dictionary<long, (Run Run, string Location)>(keys.Length);
        var datasets = new Dictionary<long, Dataset>();
        sql.Add(
            """
            SELECT r.run_key, r.run_id, r.experiment_id, r.name, r.user_id, r.created_by, r.status, r.start_time, r.end_time, r.is_deleted, r.deleted_at, e.artifact_location
            FROM runs r JOIN experiments e ON e.id = r.experiment_id WHERE
            """).AddIn(" r.run_key", keys);
        List<Action<SqlRows>> answers = [row => runs.Add(row.GetInt64(0), (OneRun(row), row.GetString(11)))];
        var metrics = Keyed("metric_key, value, kind, ts, step, points, series_id FROM metric_series", "metric_key", parts.Metrics, Metric);
        var @params = Keyed("param_key, value FROM params", "param_key", parts.Params, Pair);
        var tags = Keyed("tag_key, value FROM run_tags", "tag_key", parts.Tags, Pair);
        var inputs = Rows("dataset_id, tags_json FROM run_inputs", null, "dataset_id", row => (Dataset: row.GetInt64(1), Tags: row.GetString(2)));
        // Many runs read the same data, and what is known of it may be long. After the inputs, so that what is logged meanwhile is not missed.
        sql.Add("; SELECT dataset_id, experiment_id, name, digest, source_type, source, schema_json, profile_json FROM datasets WHERE dataset_id IN (SELECT dataset_id FROM run_inputs WHERE ")
            .AddIn("run_key", keys).Add(")");
        answers.Add(row => datasets.Add(row.GetInt64(0), OneDataset(row)));
        var models = parts.Models ? Rows("link, step, model_id FROM run_models", null, "link, step, model_id", Model) : RowsByRun<RunModelLink>.None;
        await sql.ReadAsync(db, answers, cancel);
        return keys.Where(runs.ContainsKey).Select(key =>
            new FoundRun(new(runs[key].Run, metrics[key], @params[key], tags[key], InputsOf(key)) { Models = models[key] }, runs[key].Location));

        IReadOnlyList<LoggedInput> InputsOf(long key) =>
            inputs[key] is { Count: > 0 } some ? [.. some.Where(i => datasets.ContainsKey(i.Dataset)).Select(i => new LoggedInput(datasets[i.Dataset], i.Tags))] : [];

        RowsByRun<T> Keyed<T>(string columns, string key, IReadOnlyCollection<string>? wanted, Func<SqlRows, T> read) => wanted is { Count: 0 }
            ? RowsByRun<T>.None
            : Rows(columns, wanted is null ? null : sql.Dialect.OneOf(key, string.Join(", ", wanted.Select(sql.Parameter))), sql.Dialect.Sorted(key), read);

        RowsByRun<T> Rows<T>(string columns, string? condition, string sortedBy, Func<SqlRows, T> read)
        {
            sql.Add($"; SELECT run_key, {columns} WHERE ").AddIn("run_key", keys).Add(condition is null ? "" : $" AND {condition}").Add($" ORDER BY run_key, {sortedBy}");
            var rows = new RowsByRun<T>(keys.Length, read);
            answers.Add(rows.Take);
            return rows;
        }
    }

    private static Run OneRun(SqlRows row) => new()
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

    private static LatestMetric Metric(SqlRows row) =>
        new(row.GetString(1), Value(row), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7));

    /// <summary>Only these numbers may stand for something else; to ask for the kind of all others would cost more than it tells.</summary>
    private static double Value(SqlRows row) => row.GetDouble(2) switch
    {
        var stored and (0 or double.MaxValue or double.MinValue) => new MetricValue(stored, (MetricKind)row.GetInt16(3)).Logged,
        var number => number,
    };

    private static KeyValuePair<string, string> Pair(SqlRows row) => new(row.GetString(1), row.GetString(2));

    private static Dataset OneDataset(SqlRows row) => new()
    {
        Id = row.GetInt64(0),
        ExperimentId = row.GetInt64(1),
        Name = row.GetString(2),
        Digest = row.GetString(3),
        SourceType = row.GetString(4),
        Source = row.GetString(5),
        Schema = row.IsDBNull(6) ? null : row.GetString(6),
        Profile = row.IsDBNull(7) ? null : row.GetString(7),
    };

    private static RunModelLink Model(SqlRows row) => new((ModelLink)row.GetInt16(1), row.GetString(3), row.GetInt64(2));

    /// <summary>Rows come run by run, so that a list is looked up once for each.</summary>
    private sealed class RowsByRun<T>(int runs, Func<SqlRows, T> read)
    {
        public static readonly RowsByRun<T> None = new(0, _ => throw new InvalidOperationException("Nothing was asked for."));

        private readonly Dictionary<long, List<T>> _groups = new(runs);
        private List<T> _group = [];
        private long? _current;

        public IReadOnlyList<T> this[long run] => _groups.TryGetValue(run, out var group) ? group : [];

        public void Take(SqlRows row)
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
