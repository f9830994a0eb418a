using System.Text;

namespace MlHub.Tracking.Search;

/// <summary>SQL in the making. Whatever a caller sent becomes a parameter: <see cref="Parameter"/> gives its name for the text.</summary>
internal sealed class SqlStatement(SqlDialect dialect)
{
    private readonly StringBuilder _text = new();
    private readonly List<object?> _values = [];

    public SqlDialect Dialect => dialect;

    public string Text => _text.ToString();

    public SqlStatement Add(string sql)
    {
        _text.Append(sql);
        return this;
    }

    public string Parameter(object? value)
    {
        _values.Add(value);
        return $"@p{_values.Count - 1}";
    }

    /// <summary>For a column of one byte a letter: SQL Server reads a whole table rather than the column's index where the parameter has two.</summary>
    public string AsciiParameter(string value) => Parameter(new AsciiText(value));

    /// <summary>
    /// A comparison against our own numbers needs no parameters, of which databases take only so many. Null stands for every number.
    /// </summary>
    public SqlStatement AddIn(string column, IReadOnlyCollection<long>? numbers) =>
        numbers is null ? Add("1 = 1") : numbers.Count == 1 ? Add($"{column} = {numbers.First()}") : Add($"{column} IN (").Add(string.Join(',', numbers)).Add(")");

    /// <summary>A statement of its own that adds a row to a table of ours.</summary>
    public void AddRow(string table, params ReadOnlySpan<(string Column, object? Value)> row)
    {
        var (columns, values) = (new List<string>(row.Length), new List<string>(row.Length));
        foreach (var (column, value) in row)
        {
            columns.Add(column);
            values.Add(Parameter(value));
        }

        Add($"INSERT INTO {table} ({string.Join(", ", columns)}) VALUES ({string.Join(", ", values)}); ");
    }

    /// <summary>Hands every row of the answer to <paramref name="row"/>, until it says that it has enough.</summary>
    public async Task ReadAsync(HubDb db, Func<SqlRows, bool> row, CancellationToken cancel)
    {
        await using var rows = await db.AskAsync(Text, _values, cancel);
        await rows.EachAsync(row, cancel);
    }

    /// <summary>All rows of the answer.</summary>
    public Task ReadAsync(HubDb db, Action<SqlRows> row, CancellationToken cancel) => ReadAsync(db, [row], cancel);

    /// <summary>Of several statements, one after the other in one text and so in one round trip: the rows of each answer go to an action of their own.</summary>
    public async Task ReadAsync(HubDb db, IReadOnlyList<Action<SqlRows>> answers, CancellationToken cancel)
    {
        await using var rows = await db.AskAsync(Text, _values, cancel);
        foreach (var take in answers)
        {
            await rows.EachAsync(
                row =>
                {
                    take(row);
                    return true;
                },
                cancel);
        }
    }

    /// <summary>For statements that answer with no rows.</summary>
    public async Task RunAsync(HubDb db, CancellationToken cancel)
    {
        await using var command = await db.CommandAsync(Text, _values, cancel);
        await command.ExecuteNonQueryAsync(cancel);
    }
}

/// <summary>A parameter of one byte a letter.</summary>
public sealed record AsciiText(string Value);
