namespace MlHub.Adapters.Databases.Postgres;

/// <summary>
/// The statements of a run log. All sessions touch rows in the same order (params, tags, run, series by key), so parallel
/// loggers wait for each other but do not deadlock. Lists come as arrays.
/// </summary>
internal static class PostgresLogSql
{
    // No lock: a deletion that commits meanwhile counts as later than this log.
    public const string FindRun =
        """
        SELECT r.run_key, r.experiment_id, r.is_deleted, e.is_deleted,
            coalesce((SELECT max(held.permission) FROM (
                SELECT g.permission FROM experiment_grants g WHERE g.experiment_id = r.experiment_id AND g.user_id = $2
                UNION ALL
                SELECT g.permission FROM experiment_group_grants g JOIN group_members m ON m.group_id = g.group_id
                WHERE g.experiment_id = r.experiment_id AND m.user_id = $2
                UNION ALL
                SELECT g.permission FROM experiment_folders f JOIN folder_grants g ON g.folder_id = f.folder_id
                WHERE f.experiment_id = r.experiment_id
                    AND (g.user_id = $2 OR g.group_id IN (SELECT m.group_id FROM group_members m WHERE m.user_id = $2))) held), 0)
        FROM runs r JOIN experiments e ON e.id = r.experiment_id
        WHERE r.run_id = $1
        """;

    public const string AddParams =
        """
        INSERT INTO params (run_key, param_key, value)
        SELECT $1, p.param_key, p.value FROM unnest($2::text[], $3::text[]) AS p(param_key, value)
        ON CONFLICT DO NOTHING
        RETURNING param_key
        """;

    public const string StoredParams = "SELECT param_key, value FROM params WHERE run_key = $1 AND param_key = ANY ($2)";

    public const string SetTags =
        """
        INSERT INTO run_tags AS t (run_key, tag_key, value)
        SELECT $1, n.tag_key, n.value FROM unnest($2::text[], $3::text[]) AS n(tag_key, value)
        ON CONFLICT (run_key, tag_key) DO UPDATE SET value = excluded.value WHERE t.value <> excluded.value
        RETURNING tag_key
        """;

    public const string Rename = "UPDATE runs SET name = $2 WHERE run_key = $1 AND name <> $2";

    // The counts take every point as new; Uncount puts that right where some were there already. NaN (kind 1) is the
    // smallest value, then -infinity (3), the numbers (0), +infinity (2).
    public const string AddPoints =
        """
        WITH logged AS (
            INSERT INTO metric_series AS s (run_key, experiment_id, metric_key, step, ts, value, kind, points)
            SELECT $1, $2, l.metric_key, l.step, l.ts, l.value, l.kind, l.points
            FROM unnest($3::text[], $4::bigint[], $5::bigint[], $6::double precision[], $7::smallint[], $8::bigint[])
                AS l(metric_key, step, ts, value, kind, points)
            ON CONFLICT (run_key, metric_key) DO UPDATE SET
                points = s.points + excluded.points,
                (step, ts, value, kind) = (
                    SELECT p.step, p.ts, p.value, p.kind
                    FROM (VALUES (s.step, s.ts, s.value, s.kind), (excluded.step, excluded.ts, excluded.value, excluded.kind))
                        AS p(step, ts, value, kind)
                    ORDER BY p.step DESC, p.ts DESC, array_position('{1,3,0,2}'::smallint[], p.kind) DESC, p.value DESC
                    LIMIT 1)
            RETURNING s.series_id, s.metric_key
        ), added AS (
            INSERT INTO metrics (series_id, step, ts, value, kind)
            SELECT logged.series_id, p.step, p.ts, p.value, p.kind
            FROM unnest($9::text[], $10::bigint[], $11::bigint[], $12::double precision[], $13::smallint[])
                AS p(metric_key, step, ts, value, kind)
            JOIN logged USING (metric_key)
            ON CONFLICT DO NOTHING
            RETURNING series_id
        )
        SELECT logged.metric_key, logged.series_id, count(added.series_id)
        FROM logged LEFT JOIN added USING (series_id)
        GROUP BY logged.metric_key, logged.series_id
        """;

    public const string Uncount =
        """
        UPDATE metric_series AS s SET points = s.points - d.surplus
        FROM unnest($1::bigint[], $2::bigint[]) AS d(series_id, surplus)
        WHERE s.series_id = d.series_id
        """;

    public const string AddModelPoints =
        """
        INSERT INTO logged_model_metrics (logged_model_key, run_id, metric_key, dataset_name, dataset_digest, step, ts, value, kind)
        SELECT m.logged_model_key, $1, p.metric_key, p.dataset_name, p.dataset_digest, p.step, p.ts, p.value, p.kind
        FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bigint[], $8::double precision[], $9::smallint[])
            WITH ORDINALITY AS p(model_id, metric_key, dataset_name, dataset_digest, step, ts, value, kind, place)
        JOIN logged_models m ON m.model_id = p.model_id
        ORDER BY p.place
        ON CONFLICT DO NOTHING
        """;

    public const string AddEvent =
        """
        INSERT INTO events (at, actor, kind, subject, experiment_id, after, actor_id, via, address, user_agent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
        """;

    public const string History =
        "SELECT step, ts, value, kind FROM metrics WHERE series_id = $1 AND step <= $3 ORDER BY step, ts, value, kind LIMIT $2";

    public const string HistoryAfter =
        """
        SELECT step, ts, value, kind FROM metrics
        WHERE series_id = $1 AND step <= $3 AND (step, ts, value, kind) > ($4, $5, $6, $7)
        ORDER BY step, ts, value, kind LIMIT $2
        """;
}
