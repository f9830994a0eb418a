using System.Data.Common;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MlHub.Artifacts;
using MlHub.Operations;

namespace MlHub.Adapters.Databases;

/// <summary>
/// Reads a database as it is, whatever its schema: the tables are asked of the database and not of the entities, so that one
/// of an older MlHub can be read too.
/// </summary>
internal static class DatabaseReading
{
    private const string SqliteTables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'";
    private const string ServerTables = "SELECT table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema NOT IN ('pg_catalog', 'information_schema')";

    /// <summary>How the tables are called whose rows point into the blob store, by digest and size; and the one of another name.</summary>
    private const string Files = "_files", Parts = "batch_parts";

    /// <summary>EF Core's own bookkeeping.</summary>
    private const string Bookkeeping = "__EF";

    public static async Task<DatabaseContent> ReadAsync(DbConnection connection, DbTransaction? transaction, CancellationToken cancel)
    {
        var tables = new SortedDictionary<string, TableContent>(StringComparer.Ordinal);
        var blobs = new HashSet<StoredBlob>();
        foreach (var table in await TablesAsync(connection, transaction, cancel))
        {
            tables[table] = await ReadTableAsync(Command(connection, transaction, $"SELECT * FROM \"{table}\""), SizeOrNull(table), blobs, cancel);
        }

        await using var newest = Command(connection, transaction, "SELECT MAX(\"MigrationId\") FROM \"__EFMigrationsHistory\"");
        return new((string)(await newest.ExecuteScalarAsync(cancel))!, tables, [.. blobs.OrderBy(b => b.Digest, StringComparer.Ordinal)]);
    }

    public static async Task<List<string>> TablesAsync(DbConnection connection, DbTransaction? transaction, CancellationToken cancel)
    {
        await using var command = Command(connection, transaction, connection is Microsoft.Data.Sqlite.SqliteConnection ? SqliteTables : ServerTables);
        await using var rows = await command.ExecuteReaderAsync(cancel);
        List<string> tables = [];
        while (await rows.ReadAsync(cancel))
        {
            if (rows.GetString(0) is var name && !name.StartsWith(Bookkeeping, StringComparison.Ordinal))
            {
                tables.Add(name);
            }
        }

        return tables;
    }

    private static async Task<TableContent> ReadTableAsync(DbCommand select, string? size, HashSet<StoredBlob> blobs, CancellationToken cancel)
    {
        await using var command = select;
        await using var rows = await command.ExecuteReaderAsync(cancel);
        var columns = Enumerable.Range(0, rows.FieldCount).OrderBy(rows.GetName, StringComparer.Ordinal).ToArray();
        var (digestColumn, sizeColumn) = size is null ? (-1, -1) : (rows.GetOrdinal("digest"), rows.GetOrdinal(size));
        var (count, sum, row) = (0L, new byte[SHA256.HashSizeInBytes], new StringBuilder());
        while (await rows.ReadAsync(cancel))
        {
            count++;
            row.Clear();
            foreach (var column in columns)
            {
                Append(row, rows.GetName(column), rows.GetValue(column));
            }

            var hash = SHA256.HashData(Encoding.UTF8.GetBytes(row.ToString()));
            for (var i = 0; i < sum.Length; i++)
            {
                sum[i] ^= hash[i];
            }

            if (size is not null)
            {
                blobs.Add(new(rows.GetString(digestColumn), rows.GetInt64(sizeColumn)));
            }
        }

        return new(count, Convert.ToHexStringLower(sum));
    }

    private static string? SizeOrNull(string table) => table == Parts ? "bytes" : table.EndsWith(Files, StringComparison.Ordinal) ? "size_bytes" : null;

    private static void Append(StringBuilder row, string column, object value)
    {
        var text = value switch
        {
            DBNull => null,
            byte[] bytes => Convert.ToHexStringLower(bytes),
            bool flag => flag ? "1" : "0",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString(),
        };
        row.Append(column).Append('=').Append(text?.Length ?? -1).Append(':').Append(text).Append(';');
    }

    private static DbCommand Command(DbConnection connection, DbTransaction? transaction, string sql)
    {
        var command = connection.CreateCommand();
        (command.CommandText, command.Transaction, command.CommandTimeout) = (sql, transaction, 0);
        return command;
    }
}
