using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>What a caller is told when SQLite fails; no path is ever part of it.</summary>
internal static class SqliteFailure
{
    /// <summary>Whether the failure is the disk's and not one call's.</summary>
    public static bool IsOfDisk(Exception e) => e is SqliteException { SqliteErrorCode: raw.SQLITE_IOERR };

    public static Exception Explain(Exception e) => (e as SqliteException)?.SqliteErrorCode switch
    {
        raw.SQLITE_FULL => new HubException(HubError.StorageFull, "The disk of the database is full; nothing of this call was stored."),
        raw.SQLITE_IOERR or raw.SQLITE_CANTOPEN or raw.SQLITE_READONLY =>
            new HubException(HubError.Unavailable, "The disk of the database refused a write; nothing of this call is sure to be stored. Try again."),
        raw.SQLITE_BUSY or raw.SQLITE_LOCKED =>
            new HubException(HubError.Unavailable, "Another program holds the database; nothing of this call was stored. Try again."),
        _ => e,
    };
}
