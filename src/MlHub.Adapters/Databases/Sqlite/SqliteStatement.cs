using System.Text;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>
/// One statement, prepared once and run many times through SQLite's own interface: ADO.NET's commands were measured
/// at twice the time per row, and the driver's own calls for a value at thrice that of <see cref="SqliteColumns"/>. For one thread at a time.
/// </summary>
internal sealed class SqliteStatement : IDisposable
{
    private readonly sqlite3 _database;
    private readonly sqlite3_stmt _statement;
    private readonly nint _row;
    private byte[] _text = [];

    public SqliteStatement(SqliteConnection connection, string sql)
        : this(connection, Encoding.UTF8.GetBytes(sql), out _)
    {
    }

    /// <summary>The first of the statements in a text; <paramref name="rest"/> is what follows it.</summary>
    public SqliteStatement(SqliteConnection connection, ReadOnlySpan<byte> sql, out ReadOnlySpan<byte> rest)
    {
        _database = connection.Handle!;
        Check(raw.sqlite3_prepare_v2(_database, sql, out _statement, out rest));
        _row = _statement.DangerousGetHandle();
    }

    /// <summary>How many parameters it has, the first being 1.</summary>
    public int Parameters => raw.sqlite3_bind_parameter_count(_statement);

    public string NameOf(int parameter) => raw.sqlite3_bind_parameter_name(_statement, parameter).utf8_to_string();

    public SqliteStatement Bind(int parameter, long value)
    {
        Check(raw.sqlite3_bind_int64(_statement, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, double value)
    {
        Check(raw.sqlite3_bind_double(_statement, parameter, value));
        return this;
    }

    public SqliteStatement Bind(int parameter, string? value)
    {
        Check(value switch
        {
            null => raw.sqlite3_bind_null(_statement, parameter),
            // An empty span has no address, which SQLite would take for NULL.
            "" => raw.sqlite3_bind_text(_statement, parameter, utf8z.FromString("")),
            _ => raw.sqlite3_bind_text(_statement, parameter, Utf8(value)),
        });
        return this;
    }

    /// <summary>Goes to the next row, if any. After the last row the statement is ready to be bound again.</summary>
    public bool Step()
    {
        var result = raw.sqlite3_step(_statement);
        if (result == raw.SQLITE_ROW)
        {
            return true;
        }

        try
        {
            Check(result);
        }
        finally
        {
            Reset();
        }

        return false;
    }

    /// <summary>Runs a statement that returns no row; returns how many rows it changed.</summary>
    public int Run()
    {
        Step();
        return raw.sqlite3_changes(_database);
    }

    /// <summary>Needed where not all rows are read.</summary>
    public void Reset() => raw.sqlite3_reset(_statement);

    public bool IsNull(int column) => SqliteColumns.Type(_row, column) == raw.SQLITE_NULL;

    public long Number(int column) => SqliteColumns.Number(_row, column);

    public double Real(int column) => SqliteColumns.Real(_row, column);

    public string Text(int column) => SqliteColumns.Text(_row, column);

    public void Dispose() => _statement.Dispose();

    private ReadOnlySpan<byte> Utf8(string value)
    {
        var room = Encoding.UTF8.GetMaxByteCount(value.Length);
        if (_text.Length < room)
        {
            _text = new byte[Math.Max(room, 1024)];
        }

        return _text.AsSpan(0, Encoding.UTF8.GetBytes(value, _text));
    }

    private void Check(int result)
    {
        if (result is not (raw.SQLITE_OK or raw.SQLITE_DONE or raw.SQLITE_ROW))
        {
            SqliteException.ThrowExceptionForRC(result, _database);
        }
    }
}
