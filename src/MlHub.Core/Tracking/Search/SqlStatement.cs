using System.Data.Common;
using System.Text;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Storage;

namespace MlHub.Tracking.Search;

/// <summary>SQL in the making. Whatever a caller sent becomes a parameter: <see cref="Parameter"/> gives its name for the text.</summary>
internal sealed class SqlStatement(SqlDialect dialect)
{
    private readonly StringBuilder _text = new();
    private readonly List<object> _values = [];

    public SqlDialect Dialect => dialect;

    public string Text => _text.ToString();

    public SqlStatement Add(string sql)
    {
        _text.Append(sql);
        return this;
    }

    public string Parameter(object value)
    {
        _values.Add(value);
        return $"@p{_values.Count - 1}";
    }

    /// <summary>A comparison against our own numbers needs no parameters, of which databases take only so many.</summary>
    public SqlStatement AddIn(string column, IReadOnlyCollection<long> numbers) =>
        numbers.Count == 1 ? Add($"{column} = {numbers.First()}") : Add($"{column} IN (").Add(string.Join(',', numbers)).Add(")");

    public async Task<DbDataReader> ReadAsync(HubDb db, CancellationToken cancel)
    {
        await using var command = await Command(db, cancel);
        return await command.ExecuteReaderAsync(cancel);
    }

    /// <summary>The connection stays open until the context is disposed, as one operation asks several times.</summary>
    private async Task<DbCommand> Command(HubDb db, CancellationToken cancel)
    {
        var connection = db.Database.GetDbConnection();
        if (connection.State != System.Data.ConnectionState.Open)
        {
            await db.Database.OpenConnectionAsync(cancel);
        }

        var command = connection.CreateCommand();
        command.CommandText = Text;
        command.Transaction = db.Database.CurrentTransaction?.GetDbTransaction();
        for (var i = 0; i < _values.Count; i++)
        {
            var parameter = command.CreateParameter();
            (parameter.ParameterName, parameter.Value) = ($"@p{i}", _values[i]);
            command.Parameters.Add(parameter);
        }

        return command;
    }
}
