using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using MlHub.Adapters.Databases.Sqlite;

namespace MlHub.Testing.Databases;

/// <summary>A data directory as an older MlHub left it, with rows in its tables.</summary>
public static class OlderDatabase
{
    public const int Runs = 200, Series = 1000, Points = 300_000;

    /// <summary>The migration that the old schema ends with.</summary>
    public const string Foundation = "20261122012021_Foundation";

    public static async Task MakeAsync(string dataDirectory)
    {
        await using var connection = new SqliteConnection($"Data Source={Path.Combine(dataDirectory, "mlhub.db")};Pooling=False");
        await connection.OpenAsync();
        using var turn = new SqliteWriteLock();
        await using var db = new SqliteHubDb(new DbContextOptionsBuilder<SqliteHubDb>().UseSqlite(connection).Options, turn);
        await db.GetService<IMigrator>().MigrateAsync(Foundation);
        await using var command = connection.CreateCommand();
        command.CommandText =
            $"""
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Runs})
            INSERT INTO runs (run_id, experiment_id, name, user_id, created_by, status, start_time, is_deleted)
                SELECT printf('%032x', i), 0, 'run ' || i, 'ann', 'ann', 1, 1700000000000 + i, 0 FROM n;
            WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {Series})
            INSERT INTO metric_series (run_key, experiment_id, metric_key, step, ts, value, kind, points)
                SELECT (SELECT run_key FROM runs WHERE name = 'run ' || (1 + i % {Runs})), 0, 'metric ' || (i / {Runs}), {Points / Series}, 1, 0.5, 0, {Points / Series} FROM n;
            WITH RECURSIVE n(i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i < {Points} - 1)
            INSERT INTO metrics (series_id, step, ts, value, kind) SELECT (SELECT min(series_id) FROM metric_series) + i % {Series}, i / {Series}, i, i * 0.001, 0 FROM n;
            INSERT INTO events (at, actor, kind, subject, experiment_id) SELECT 1700000000000, 'ann', 'run.created', run_id, 0 FROM runs;
            CREATE TABLE IF NOT EXISTS "__EFMigrationsLock" ("Id" INTEGER NOT NULL PRIMARY KEY, "Timestamp" TEXT NOT NULL);
            INSERT INTO "__EFMigrationsLock" VALUES (1, '2026-01-01');
            """;
        await command.ExecuteNonQueryAsync();
    }

    public static async Task<string> AskAsync(string file, string sql)
    {
        await using var connection = new SqliteConnection($"Data Source={file};Mode=ReadWrite;Pooling=False");
        await connection.OpenAsync();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        return $"{await command.ExecuteScalarAsync()}";
    }
}
