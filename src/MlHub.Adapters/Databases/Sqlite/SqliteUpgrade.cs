using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Adapters.Blobs;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>
/// Brings the file to this build's schema before anything else opens it. Migrations run on a copy, which takes the file's place
/// by a rename when it is whole and checked: however often the process is killed, the hub has the old database or the new one.
/// The old one stays as <c>backups/before-MIGRATION.db</c>.
/// </summary>
public sealed class SqliteUpgrade(SqliteFile file, ILogger<SqliteUpgrade> logger) : IHostedService
{
    private const long SpareBytes = 64L << 20;

    private string Copy => file.Path + ".upgrading";

    /// <exception cref="IOException">In one sentence: the database is damaged, newer than this build, or there is no room for a copy of it.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(file.Path)!);
        DropCopy();
        try
        {
            var pending = await PendingAsync(cancellationToken);
            if (pending.Count > 0)
            {
                await UpgradeAsync(pending, cancellationToken);
            }

            await UseWriteAheadLogAsync(cancellationToken);
        }
        catch (SqliteException e) when (SqliteFailure.IsDamage(e))
        {
            throw new IOException($"The database {file.Path} is damaged ({e.Message}): restore a backup; `doctor` tells more.", e);
        }
        finally
        {
            DropCopy();
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private async Task<List<string>> PendingAsync(CancellationToken cancel)
    {
        // No pooled connection: it would stay with the old file.
        await using var connection = new SqliteConnection(File.Exists(file.Path) ? file.ForWriter : "Data Source=:memory:");
        await using var db = Open(connection);
        var applied = (await db.Database.GetAppliedMigrationsAsync(cancel)).ToList();
        DatabaseUpgrade.RefuseNewer(db, applied);
        return [.. db.Database.GetMigrations().Except(applied)];
    }

    private async Task UpgradeAsync(List<string> pending, CancellationToken cancel)
    {
        var existed = File.Exists(file.Path);
        if (existed)
        {
            logger.LogInformation("The database is upgraded to {Migration}; a copy of it is kept.", pending[^1]);
            RequireSpace();
            EmptyWriteAheadLog();
            SqliteCopy.Make(file, Copy);
        }

        await MigrateCopyAsync(cancel);
        if (SqliteCopy.Damage(Copy) is { } damage)
        {
            throw new IOException($"The upgraded database does not hold ({damage}); the old one is as it was.");
        }

        SqliteCopy.Flush(Copy);
        if (existed)
        {
            var backups = Path.Combine(Path.GetDirectoryName(file.Path)!, "backups");
            PrivateDirectory.Create(backups);
            File.Replace(Copy, file.Path, Path.Combine(backups, $"before-{pending[0]}.db"));
            DirectoryFlush.ToDisk(backups);
        }
        else
        {
            File.Move(Copy, file.Path);
        }

        DirectoryFlush.ToDisk(Path.GetDirectoryName(file.Path)!);
    }

    private async Task MigrateCopyAsync(CancellationToken cancel)
    {
        await using var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = Copy, Pooling = false }.ConnectionString);
        await connection.OpenAsync(cancel);
        // Nobody misses the copy if it is torn, so it need not be written with care.
        await RunAsync(connection, "PRAGMA journal_mode = MEMORY; PRAGMA synchronous = OFF; PRAGMA foreign_keys = ON", cancel);
        // EF Core's own migration lock outlives a crash and would make every later start wait for ever.
        await RunAsync(connection, "DROP TABLE IF EXISTS \"__EFMigrationsLock\"", cancel);
        await using var db = Open(connection);
        await db.Database.MigrateAsync(cancel);
    }

    /// <summary>Brings all rows into the one file that is then set aside.</summary>
    private void EmptyWriteAheadLog()
    {
        using (var connection = new SqliteConnection(file.ForWriter))
        {
            connection.Open();
            using var checkpoint = connection.CreateCommand();
            checkpoint.CommandText = "PRAGMA busy_timeout = 5000; PRAGMA wal_checkpoint(TRUNCATE)";
            using var result = checkpoint.ExecuteReader();
            result.NextResult();
            if (result.Read() && result.GetInt64(0) != 0)
            {
                throw new IOException($"Another program has the database {file.Path} open: end it, and start again.");
            }
        }

        File.Delete(file.WriteAheadLog);
        File.Delete(file.Path + "-shm");
    }

    private void RequireSpace()
    {
        // Once for the copy, once for the tables that migrations build anew in it.
        var needed = (2 * new FileInfo(file.Path).Length) + SpareBytes;
        if (new DriveInfo(Path.GetDirectoryName(file.Path)!).AvailableFreeSpace is var free && free < needed)
        {
            throw new IOException($"The upgrade of the database needs {needed >> 20} MiB beside {file.Path}, where {free >> 20} MiB are free. Nothing was changed.");
        }
    }

    private async Task UseWriteAheadLogAsync(CancellationToken cancel)
    {
        await using var connection = new SqliteConnection(file.ForWriter);
        await connection.OpenAsync(cancel);
        await RunAsync(connection, "PRAGMA journal_mode = WAL", cancel);
    }

    private void DropCopy()
    {
        File.Delete(Copy);
        File.Delete(Copy + "-journal");
    }

    private static async Task RunAsync(SqliteConnection connection, string sql, CancellationToken cancel)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync(cancel);
    }

    /// <summary>A test holds the model against the migrations; to do so at each first start would build both once more.</summary>
    private static SqliteHubDb Open(SqliteConnection connection) => new(
        new DbContextOptionsBuilder<SqliteHubDb>().UseSqlite(connection).ConfigureWarnings(w => w.Ignore(RelationalEventId.PendingModelChangesWarning)).Options,
        new SqliteWriteLock());
}
