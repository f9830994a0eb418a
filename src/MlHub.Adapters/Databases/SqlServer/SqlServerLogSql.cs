namespace MlHub.Adapters.Databases.SqlServer;

/// <summary>
/// The statements of a run log in T-SQL. Lists come as table-valued parameters, one round trip for a thousand points; their types are
/// made by the migration TableTypes, with the collation of the tables' own keys, so that these are found by index.
/// Why parallel logs cannot deadlock: each first locks its run's row for update, so logs of one run follow each other (and a
/// row that NOT EXISTS misses cannot appear before it is inserted), and logs of different runs touch different rows. Lists are
/// sent in the order of their keys. Readers take no locks where READ_COMMITTED_SNAPSHOT is on, as it is in databases that MlHub makes.
/// </summary>
internal static class SqlServerLogSql
{
    public const string FindRun =
        """
        SELECT r.run_key, r.experiment_id, r.is_deleted, e.is_deleted,
            ISNULL((SELECT MAX(held.permission) FROM (
                SELECT g.permission FROM experiment_grants AS g WHERE g.experiment_id = r.experiment_id AND g.user_id = @caller
                UNION ALL
                SELECT g.permission FROM experiment_group_grants AS g JOIN group_members AS m ON m.group_id = g.group_id
                WHERE g.experiment_id = r.experiment_id AND m.user_id = @caller
                UNION ALL
                SELECT g.permission FROM experiment_folders AS f JOIN folder_grants AS g ON g.folder_id = f.folder_id
                WHERE f.experiment_id = r.experiment_id
                    AND (g.user_id = @caller OR g.group_id IN (SELECT m.group_id FROM group_members AS m WHERE m.user_id = @caller))) AS held), 0)
        FROM runs AS r WITH (UPDLOCK, ROWLOCK)
        JOIN experiments AS e ON e.id = r.experiment_id
        WHERE r.run_id = @run;
        """;

    /// <summary>Answers with the keys that are new, then with all params of those keys as stored.</summary>
    public const string AddParams =
        """
        INSERT INTO params (run_key, param_key, value)
        OUTPUT inserted.param_key
        SELECT @run_key, n.pair_key, n.value
        FROM @params AS n
        WHERE NOT EXISTS (SELECT 1 FROM params AS p WITH (UPDLOCK) WHERE p.run_key = @run_key AND p.param_key = n.pair_key);

        SELECT p.param_key, p.value
        FROM @params AS n JOIN params AS p ON p.run_key = @run_key AND p.param_key = n.pair_key;
        """;

    /// <summary>Answers with the keys that changed, then with those that are new.</summary>
    public const string SetTags =
        """
        UPDATE t SET value = n.value
        OUTPUT inserted.tag_key
        FROM run_tags AS t JOIN @tags AS n ON t.tag_key = n.pair_key
        WHERE t.run_key = @run_key
            AND (DATALENGTH(t.value) <> DATALENGTH(n.value) OR t.value <> n.value COLLATE Latin1_General_100_BIN2);

        INSERT INTO run_tags (run_key, tag_key, value)
        OUTPUT inserted.tag_key
        SELECT @run_key, n.pair_key, n.value
        FROM @tags AS n
        WHERE NOT EXISTS (SELECT 1 FROM run_tags AS t WITH (UPDLOCK) WHERE t.run_key = @run_key AND t.tag_key = n.pair_key);
        """;

    public const string Rename = "UPDATE runs SET name = @name WHERE run_key = @run_key;";

    // NaN (kind 1) is the smallest value, then -infinity (3), the numbers (0), +infinity (2).
    public const string AddPoints =
        """
        INSERT INTO metric_series (run_key, experiment_id, metric_key, step, ts, value, kind, points)
        SELECT @run_key, @experiment_id, n.metric_key, n.step, n.ts, n.value, n.kind, 0
        FROM @latest AS n
        WHERE NOT EXISTS (SELECT 1 FROM metric_series AS s WITH (UPDLOCK) WHERE s.run_key = @run_key AND s.metric_key = n.metric_key);

        DECLARE @added TABLE (series_id bigint NOT NULL);
        INSERT INTO metrics (series_id, step, ts, value, kind)
        OUTPUT inserted.series_id INTO @added (series_id)
        SELECT DISTINCT s.series_id, p.step, p.ts, p.value, p.kind
        FROM @points AS p
        JOIN metric_series AS s ON s.run_key = @run_key AND s.metric_key = p.metric_key
        WHERE NOT EXISTS (
            SELECT 1 FROM metrics AS m
            WHERE m.series_id = s.series_id AND m.step = p.step AND m.ts = p.ts AND m.value = p.value AND m.kind = p.kind);

        UPDATE s SET
            points = s.points + ISNULL(a.points, 0),
            step = latest.step, ts = latest.ts, value = latest.value, kind = latest.kind
        FROM metric_series AS s
        JOIN @latest AS n ON s.metric_key = n.metric_key
        LEFT JOIN (SELECT series_id, COUNT_BIG(*) AS points FROM @added GROUP BY series_id) AS a ON a.series_id = s.series_id
        CROSS APPLY (
            SELECT TOP (1) c.step, c.ts, c.value, c.kind
            FROM (VALUES (s.step, s.ts, s.value, s.kind), (n.step, n.ts, n.value, n.kind)) AS c (step, ts, value, kind)
            ORDER BY c.step DESC, c.ts DESC, CASE c.kind WHEN 1 THEN 0 WHEN 3 THEN 1 WHEN 0 THEN 2 ELSE 3 END DESC, c.value DESC) AS latest
        WHERE s.run_key = @run_key;
        """;

    public const string AddModelPoints =
        """
        INSERT INTO logged_model_metrics (logged_model_key, run_id, metric_key, dataset_name, dataset_digest, step, ts, value, kind)
        SELECT m.logged_model_key, @run, p.metric_key, p.dataset_name, p.dataset_digest, p.step, p.ts, p.value, p.kind
        FROM (
            SELECT DISTINCT j.model_id, j.metric_key COLLATE Latin1_General_100_BIN2 AS metric_key,
                j.dataset_name COLLATE Latin1_General_100_BIN2 AS dataset_name, j.dataset_digest, j.step, j.ts, j.value, j.kind
            FROM OPENJSON(@points) WITH (
                model_id varchar(64) '$[0]', metric_key nvarchar(250) '$[1]', dataset_name nvarchar(500) '$[2]', dataset_digest varchar(36) '$[3]',
                step bigint '$[4]', ts bigint '$[5]', value float '$[6]', kind smallint '$[7]') AS j) AS p
        JOIN logged_models AS m ON m.model_id = p.model_id
        WHERE NOT EXISTS (
            SELECT 1 FROM logged_model_metrics AS x WITH (UPDLOCK, HOLDLOCK)
            WHERE x.logged_model_key = m.logged_model_key AND x.metric_key = p.metric_key AND x.ts = p.ts AND x.step = p.step AND x.run_id = @run
                AND x.dataset_name = p.dataset_name AND x.dataset_digest = p.dataset_digest AND x.value = p.value AND x.kind = p.kind)
        ORDER BY p.ts, p.step, p.metric_key;
        """;

    public const string AddEvent =
        """
        INSERT INTO events (at, actor, kind, subject, experiment_id, after, actor_id, via, address, user_agent)
        VALUES (@at, @actor, @kind, @subject, @experiment_id, @after, @actor_id, @via, @address, @user_agent);
        """;

    public const string History =
        "SELECT TOP (@max) step, ts, value, kind FROM metrics WHERE series_id = @series_id AND step <= @last_step ORDER BY step, ts, value, kind;";

    public const string HistoryAfter =
        """
        SELECT TOP (@max) step, ts, value, kind FROM metrics
        WHERE series_id = @series_id AND step >= @step AND step <= @last_step AND (
            step > @step
            OR ts > @ts
            OR (ts = @ts AND value > @value)
            OR (ts = @ts AND value = @value AND kind > @kind))
        ORDER BY step, ts, value, kind;
        """;
}
