using System.Globalization;
using System.Text;
using Microsoft.Data.Sqlite;
using MlHub.Tracking.Search;

namespace MlHub.Adapters.Databases.Sqlite;

/// <summary>Answers to statements, read through SQLite's own interface on the thread that asks.</summary>
internal sealed class SqliteRows(SqliteConnection connection, string sql, IReadOnlyList<object?> parameters) : SqlRows
{
    private readonly byte[] _sql = Encoding.UTF8.GetBytes(sql);
    private SqliteStatement? _statement;
    private int _read;

    public override Task EachAsync(Func<SqlRows, bool> row, CancellationToken cancel)
    {
        using (_statement = Next())
        {
            while (_statement.Step() && row(this))
            {
                cancel.ThrowIfCancellationRequested();
            }
        }

        return Task.CompletedTask;
    }

    public override bool IsDBNull(int column) => _statement!.IsNull(column);

    public override bool GetBoolean(int column) => GetInt64(column) != 0;

    public override short GetInt16(int column) => (short)GetInt64(column);

    public override int GetInt32(int column) => (int)GetInt64(column);

    public override long GetInt64(int column) => _statement!.Number(column);

    public override double GetDouble(int column) => _statement!.Real(column);

    public override string GetString(int column) => _statement!.Text(column);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private SqliteStatement Next()
    {
        var statement = new SqliteStatement(connection, _sql.AsSpan(_read), out var rest);
        _read = _sql.Length - rest.Length;
        for (var i = 1; i <= statement.Parameters; i++)
        {
            // @p0 and so on.
            Bind(statement, i, parameters[int.Parse(statement.NameOf(i).AsSpan(2), CultureInfo.InvariantCulture)]);
        }

        return statement;
    }

    private static void Bind(SqliteStatement statement, int parameter, object? value) => _ = value switch
    {
        null => statement.Bind(parameter, null),
        string text => statement.Bind(parameter, text),
        AsciiText text => statement.Bind(parameter, text.Value),
        double number => statement.Bind(parameter, number),
        bool or short or int or long => statement.Bind(parameter, Convert.ToInt64(value, CultureInfo.InvariantCulture)),
        // As the driver and EF Core write it.
        Guid id => statement.Bind(parameter, id.ToString().ToUpperInvariant()),
        _ => throw new NotSupportedException($"No parameter of type {value.GetType()}."),
    };
}
