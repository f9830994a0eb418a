using System.Data.Common;
using System.Runtime.CompilerServices;
using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore.Diagnostics;
using SQLitePCL;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>
/// Sets what SQLite keeps for each connection alone. FULL: a commit is on the disk before it is acknowledged.
/// No automatic checkpoints: the run log's writer makes them all.
/// The cache holds the index pages that a search walks, 16 MiB a connection.
/// </summary>
public sealed class SqlitePragmas : DbConnectionInterceptor
{
    // The size limit cuts the write-ahead log when it starts anew after a checkpoint; SqliteCheckpoints goes by the file's length.
    public const string Sql =
        "PRAGMA synchronous = FULL; PRAGMA wal_autocheckpoint = 0; PRAGMA journal_size_limit = 2097152; PRAGMA foreign_keys = ON; PRAGMA busy_timeout = 1000; PRAGMA cache_size = -16384;";

    /// <summary>A pooled connection is opened again and again, and keeps its settings.</summary>
    private static readonly ConditionalWeakTable<sqlite3, object> Done = [];

    public static void Set(DbConnection connection)
    {
        if (Done.TryAdd(((SqliteConnection)connection).Handle!, Sql))
        {
            using var command = connection.CreateCommand();
            command.CommandText = Sql;
            command.ExecuteNonQuery();
        }
    }

    public override void ConnectionOpened(DbConnection connection, ConnectionEndEventData eventData) => Set(connection);

    public override Task ConnectionOpenedAsync(DbConnection connection, ConnectionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        Set(connection);
        return Task.CompletedTask;
    }
}
