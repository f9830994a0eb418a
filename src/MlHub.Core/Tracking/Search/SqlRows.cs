using System.Data.Common;

namespace MlHub.Tracking.Search;

/// <summary>
/// What a text of one or several statements is answered with, one answer after the other. It stands at a row of one of them, whose columns are read as from a
/// <see cref="DbDataReader"/>: by the type that the database stores.
/// </summary>
public abstract class SqlRows : IAsyncDisposable
{
    /// <summary>Hands the rows of the next answer to <paramref name="row"/>, until it says that it has enough. At most once for each statement.</summary>
    public abstract Task EachAsync(Func<SqlRows, bool> row, CancellationToken cancel);

    public abstract bool IsDBNull(int column);

    public abstract bool GetBoolean(int column);

    public abstract short GetInt16(int column);

    public abstract int GetInt32(int column);

    public abstract long GetInt64(int column);

    public abstract double GetDouble(int column);

    public abstract string GetString(int column);

    public abstract ValueTask DisposeAsync();
}

/// <summary>The rows as the database's driver reads them.</summary>
internal sealed class DriverRows(DbCommand command, DbDataReader reader) : SqlRows
{
    public static async Task<DriverRows> AskAsync(DbCommand command, CancellationToken cancel)
    {
        try
        {
            return new(command, await command.ExecuteReaderAsync(cancel));
        }
        catch
        {
            await command.DisposeAsync();
            throw;
        }
    }

    public override async Task EachAsync(Func<SqlRows, bool> row, CancellationToken cancel)
    {
        while (await reader.ReadAsync(cancel))
        {
            if (!row(this))
            {
                return;
            }
        }

        await reader.NextResultAsync(cancel);
    }

    public override bool IsDBNull(int column) => reader.IsDBNull(column);

    public override bool GetBoolean(int column) => reader.GetBoolean(column);

    public override short GetInt16(int column) => reader.GetInt16(column);

    public override int GetInt32(int column) => reader.GetInt32(column);

    public override long GetInt64(int column) => reader.GetInt64(column);

    public override double GetDouble(int column) => reader.GetDouble(column);

    public override string GetString(int column) => reader.GetString(column);

    public override async ValueTask DisposeAsync()
    {
        await reader.DisposeAsync();
        await command.DisposeAsync();
    }
}
