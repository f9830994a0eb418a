using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>A whole, checked and durable copy of a SQLite database, of one moment.</summary>
internal static class SqliteCopy
{
    /// <exception cref="IOException">In one sentence: the database is damaged, or there is no room.</exception>
    public static void Make(SqliteFile database, string copy)
    {
        try
        {
            using (var source = new SqliteConnection(database.ForBackup))
            {
                source.Open();
                using var vacuum = source.CreateCommand();
                (vacuum.CommandText, vacuum.CommandTimeout) = ("VACUUM INTO $copy", 0);
                vacuum.Parameters.AddWithValue("$copy", copy);
                vacuum.ExecuteNonQuery();
            }

            if (Damage(copy) is { } damage)
            {
                throw new IOException($"The database {database.Path} is damaged: {damage}.");
            }

            Flush(copy);
        }
        catch (SqliteException e) when (SqliteFailure.IsDamage(e))
        {
            throw new IOException($"The database {database.Path} is damaged: {e.Message}", e);
        }
        catch (SqliteException e) when (e.SqliteErrorCode is raw.SQLITE_FULL)
        {
            throw new IOException($"There is no room for a copy of the database at {copy}.", e);
        }
    }

    /// <summary>What SQLite's own check finds first, or null.</summary>
    public static string? Damage(string file)
    {
        using var connection = new SqliteConnection(SqliteFile.ReadOnly(file));
        connection.Open();
        using var check = connection.CreateCommand();
        (check.CommandText, check.CommandTimeout) = ("PRAGMA integrity_check(1)", 0);
        return check.ExecuteScalar() as string is var found and not "ok" ? found : null;
    }

    public static void Flush(string file)
    {
        using var written = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        written.Flush(flushToDisk: true);
    }
}
