using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>
/// Copies the write-ahead log into the database. Only the writer's connection does it, in its turn to write: SQLite
/// before 3.51.3 may lose rows when one connection checkpoints while another writes (https://sqlite.org/wal.html).
/// </summary>
internal sealed class SqliteCheckpoints(SqliteConnection connection, string writeAheadLog, TimeProvider clock)
{
    public const long LargeWhenIdle = 4 << 20, LargeUnderLoad = 64 << 20;

    /// <summary>A reader may hold part of the log back; under load it is not asked again at once.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(1);

    private long _last = clock.GetTimestamp();
    private long _copiedAt = -1;

    /// <summary>The file keeps its length after a checkpoint until the log starts anew, when SQLite cuts it to journal_size_limit.</summary>
    private long Length => new FileInfo(writeAheadLog) is { Exists: true } file ? file.Length : 0;

    public bool IsDueWhenIdle() => Length is var length && length > LargeWhenIdle && length != _copiedAt;

    public bool IsDueUnderLoad() => clock.GetElapsedTime(_last) > Rest && Length is var length && length > LargeUnderLoad && length != _copiedAt;

    /// <exception cref="SqliteException">Where the disk failed to flush.</exception>
    public void Copy()
    {
        var length = Length;
        var result = raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", raw.SQLITE_CHECKPOINT_PASSIVE, out var frames, out var copied);
        _last = clock.GetTimestamp();
        _copiedAt = result == raw.SQLITE_OK && frames == copied ? length : -1;
        if (result != raw.SQLITE_OK && new SqliteException("A checkpoint failed.", result, raw.sqlite3_extended_errcode(connection.Handle)) is var failure && SqliteFailure.IsOfFlush(failure))
        {
            throw failure;
        }
    }

    /// <summary>At an orderly end the database is one file again, unless a reader is still at it.</summary>
    public void CopyAndEmpty()
    {
        raw.sqlite3_busy_timeout(connection.Handle, 1000);
        raw.sqlite3_wal_checkpoint_v2(connection.Handle, "main", raw.SQLITE_CHECKPOINT_TRUNCATE, out _, out _);
    }
}
