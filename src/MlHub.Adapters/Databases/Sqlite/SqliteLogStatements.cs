using Microsoft.Data.Sqlite;
using MlHub.Access;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Events;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>Carries out one call inside the writer's transaction: first everything that may refuse it, then the rows.</summary>
internal sealed class SqliteLogStatements(SqliteConnection connection, TimeProvider clock) : IDisposable
{
    private readonly SqliteStatement _findRun = new(connection,
        """
        SELECT r.run_key, r.experiment_id, r.is_deleted, e.is_deleted,
            (SELECT max(permission) FROM (
                SELECT g.permission FROM experiment_grants g WHERE g.experiment_id = r.experiment_id AND g.user_id = ?2
                UNION ALL
                SELECT g.permission FROM experiment_group_grants g JOIN group_members m ON m.group_id = g.group_id
                WHERE g.experiment_id = r.experiment_id AND m.user_id = ?2
                UNION ALL
                SELECT g.permission FROM experiment_folders f JOIN folder_grants g ON g.folder_id = f.folder_id
                WHERE f.experiment_id = r.experiment_id
                    AND (g.user_id = ?2 OR g.group_id IN (SELECT m.group_id FROM group_members m WHERE m.user_id = ?2))))
        FROM runs r JOIN experiments e ON e.id = r.experiment_id WHERE r.run_id = ?1
        """);

    private readonly SqliteStatement _findParam = new(connection, "SELECT value FROM params WHERE run_key = ?1 AND param_key = ?2");

    private readonly SqliteStatement _addParam = new(connection, "INSERT INTO params (run_key, param_key, value) VALUES (?1, ?2, ?3)");

    private readonly SqliteStatement _setTag = new(connection,
        """
        INSERT INTO run_tags (run_key, tag_key, value) VALUES (?1, ?2, ?3)
        ON CONFLICT DO UPDATE SET value = excluded.value WHERE value <> excluded.value
        """);

    private readonly SqliteStatement _rename = new(connection, "UPDATE runs SET name = ?2 WHERE run_key = ?1");

    private readonly SqliteStatement _findSeries = new(connection,
        "SELECT series_id, step, ts, value, kind FROM metric_series WHERE run_key = ?1 AND metric_key = ?2");

    private readonly SqliteStatement _addSeries = new(connection,
        """
        INSERT INTO metric_series (run_key, experiment_id, metric_key, step, ts, value, kind, points)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0) RETURNING series_id
        """);

    private readonly SqliteStatement _addPoint = new(connection,
        "INSERT INTO metrics (series_id, step, ts, value, kind) VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING");

    private readonly SqliteStatement _addModelPoint = new(connection,
        """
        INSERT INTO logged_model_metrics (logged_model_key, run_id, metric_key, dataset_name, dataset_digest, step, ts, value, kind)
        SELECT logged_model_key, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9 FROM logged_models WHERE model_id = ?1
        ON CONFLICT DO NOTHING
        """);

    private readonly SqliteStatement _count = new(connection, "UPDATE metric_series SET points = points + ?2 WHERE series_id = ?1");

    private readonly SqliteStatement _countAndMove = new(connection,
        "UPDATE metric_series SET points = points + ?2, step = ?3, ts = ?4, value = ?5, kind = ?6 WHERE series_id = ?1");

    private readonly SqliteStatement _addEvent = new(connection,
        """
        INSERT INTO events (at, actor, kind, subject, experiment_id, after, actor_id, via, address, user_agent)
        VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)
        """);

    public LogOutcome Apply(Caller caller, string runId, RunLog log)
    {
        var to = RunStanding.Require(caller, runId, Find(caller, runId));
        var newParams = log.Params.Count == 0 ? [] : NewParams(to, runId, log);

        AddParams(to, newParams);
        var changedTags = log.Tags.Count == 0 ? [] : SetTags(to, log);
        foreach (var series in SeriesPoints.Of(log.Metrics))
        {
            AddPoints(to, series);
        }

        foreach (var metric in log.ModelMetrics)
        {
            AddModelPoint(runId, metric);
        }

        return new LogOutcome(to, RecordEvent(caller, runId, to, RunLogRules.Changes(newParams, changedTags)));
    }

    private RunStanding? Find(Caller caller, string runId)
    {
        if (!_findRun.Bind(1, runId).Bind(2, Text(caller.Id)).Step())
        {
            return null;
        }

        var found = new RunStanding(
            _findRun.Number(0), _findRun.Number(1), _findRun.Number(2) != 0, _findRun.Number(3) != 0, (Permission)_findRun.Number(4));
        _findRun.Reset();
        return found;
    }

    /// <summary>As EF Core stores it.</summary>
    private static string Text(Guid id) => id.ToString().ToUpperInvariant();

    private Dictionary<string, string> NewParams(LoggedTo to, string runId, RunLog log)
    {
        var fresh = new Dictionary<string, string>();
        foreach (var (key, value) in RunLogRules.DistinctParams(runId, log))
        {
            if (!_findParam.Bind(1, to.RunKey).Bind(2, key).Step())
            {
                fresh.Add(key, value);
                continue;
            }

            var stored = _findParam.Text(0);
            _findParam.Reset();
            RunLogRules.RequireUnchanged(runId, key, stored, value);
        }

        return fresh;
    }

    private void AddParams(LoggedTo to, Dictionary<string, string> newParams)
    {
        foreach (var (key, value) in newParams)
        {
            _addParam.Bind(1, to.RunKey).Bind(2, key).Bind(3, value).Run();
        }
    }

    private Dictionary<string, string> SetTags(LoggedTo to, RunLog log)
    {
        var changed = new Dictionary<string, string>();
        foreach (var (key, value) in RunLogRules.LastTags(log))
        {
            if (_setTag.Bind(1, to.RunKey).Bind(2, key).Bind(3, value).Run() > 0)
            {
                changed.Add(key, value);
            }

            if (key == RunLogRules.RunNameTag)
            {
                _rename.Bind(1, to.RunKey).Bind(2, value).Run();
            }
        }

        return changed;
    }

    private void AddPoints(LoggedTo to, SeriesPoints series)
    {
        var (id, latest) = FindSeries(to, series.Key) ?? AddSeries(to, series);
        var added = 0;
        foreach (var point in series.Points)
        {
            var value = MetricValue.Of(point.Value);
            added += _addPoint.Bind(1, id).Bind(2, point.Step).Bind(3, point.Timestamp).Bind(4, value.Stored).Bind(5, (long)value.Kind).Run();
        }

        var now = SeriesPoints.Later(latest, series.Latest);
        if (now != latest)
        {
            var value = MetricValue.Of(now.Value);
            _countAndMove.Bind(1, id).Bind(2, added).Bind(3, now.Step).Bind(4, now.Timestamp).Bind(5, value.Stored).Bind(6, (long)value.Kind).Run();
        }
        else if (added > 0)
        {
            _count.Bind(1, id).Bind(2, added).Run();
        }
    }

    private void AddModelPoint(string runId, ModelMetric metric)
    {
        var (key, logged, timestamp, step) = metric.Metric;
        var value = MetricValue.Of(logged);
        _addModelPoint.Bind(1, metric.ModelId).Bind(2, runId).Bind(3, key).Bind(4, metric.DatasetName).Bind(5, metric.DatasetDigest)
            .Bind(6, step).Bind(7, timestamp).Bind(8, value.Stored).Bind(9, (long)value.Kind).Run();
    }

    private (long Id, MetricPoint Latest)? FindSeries(LoggedTo to, string key)
    {
        if (!_findSeries.Bind(1, to.RunKey).Bind(2, key).Step())
        {
            return null;
        }

        var value = new MetricValue(_findSeries.Real(3), (MetricKind)_findSeries.Number(4));
        var found = (_findSeries.Number(0), new MetricPoint(_findSeries.Number(1), _findSeries.Number(2), value.Logged));
        _findSeries.Reset();
        return found;
    }

    private (long Id, MetricPoint Latest) AddSeries(LoggedTo to, SeriesPoints series)
    {
        var (step, timestamp, logged) = series.Latest;
        var value = MetricValue.Of(logged);
        _addSeries.Bind(1, to.RunKey).Bind(2, to.ExperimentId).Bind(3, series.Key)
            .Bind(4, step).Bind(5, timestamp).Bind(6, value.Stored).Bind(7, (long)value.Kind).Step();
        var id = _addSeries.Number(0);
        _addSeries.Reset();
        return (id, series.Latest);
    }

    private bool RecordEvent(Caller caller, string runId, LoggedTo to, string? after)
    {
        if (after is null)
        {
            return false;
        }

        _addEvent.Bind(1, clock.GetUtcNow().ToUnixTimeMilliseconds()).Bind(2, caller.Name).Bind(3, EventKinds.RunLogged)
            .Bind(4, runId).Bind(5, to.ExperimentId).Bind(6, after).Bind(7, caller.AccountId is { } id ? Text(id) : null)
            .Bind(8, caller.Origin?.Via).Bind(9, caller.Origin?.Address).Bind(10, caller.Origin?.UserAgent).Run();
        return true;
    }

    public void Dispose()
    {
        foreach (var statement in (SqliteStatement[])
            [_findRun, _findParam, _addParam, _setTag, _rename, _findSeries, _addSeries, _addPoint, _addModelPoint, _count, _countAndMove, _addEvent])
        {
            statement.Dispose();
        }
    }
}
