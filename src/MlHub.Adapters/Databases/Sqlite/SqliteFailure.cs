using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>What a caller is told when SQLite fails; no path is ever part of it.</summary>
internal static class SqliteFailure
{
    private const int FlushFailed = raw.SQLITE_IOERR | (4 << 8), FolderFlushFailed = raw.SQLITE_IOERR | (5 << 8);

    /// <summary>Whether the failure is the disk's or the file's, so that the next call would meet it too.</summary>
    public static bool IsOfDatabase(Exception e) =>
        FindOrNull(e)?.SqliteErrorCode is raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY or raw.SQLITE_BUSY or raw.SQLITE_LOCKED or raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>Whether the file itself is broken.</summary>
    public static bool IsDamage(SqliteException e) => e.SqliteErrorCode is raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB;

    /// <summary>Whether what was written may not be on the disk.</summary>
    public static bool IsOfFlush(Exception e) => FindOrNull(e)?.SqliteExtendedErrorCode is FlushFailed or FolderFlushFailed;

    public static Exception Explain(Exception e) => ExplainOrNull(e) ?? e;

    /// <summary>Null for what is no failure of SQLite's, or a defect.</summary>
    public static HubException? ExplainOrNull(Exception e) => FindOrNull(e)?.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new(HubError.StorageFull, "The disk of the database is full; nothing of this call was stored."),
        raw.SQLITE_READONLY => new(HubError.Unavailable, "The disk of the database cannot be written just now; nothing of this call was stored. Try again."),
        raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN =>
            new(HubError.Unavailable, "The disk of the database failed; nothing of this call is sure to be stored. Try again."),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
            new(HubError.Unavailable, "Another program holds the database; nothing of this call was stored. Try again."),
        raw.SQLITE_CORRUPT or raw.SQLITE_NOTADB =>
            new(HubError.Unavailable, "The database is damaged where this call needs it. An administrator has to look after it: the command doctor tells more."),
        _ => null,
    };

    /// <summary>EF Core wraps what the driver says, once or twice.</summary>
    private static SqliteException? FindOrNull(Exception? e) => e is null ? null : e as SqliteException ?? FindOrNull(e.InnerException);
}
