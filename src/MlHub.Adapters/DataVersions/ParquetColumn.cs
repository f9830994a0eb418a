using Parquet;
using Parquet.Schema;

namespace MlHub.Adapters.DataVersions;

/// <summary>The values of one column, of one group of rows.</summary>
internal static class ParquetColumn
{
    /// <summary>
    /// Row by row, null where a row has none. Values come without the rows between them, which the levels tell; the library's own way of
    /// putting nulls in fills a column that has only nulls with what it read before.
    /// </summary>
    /// <returns>Nothing but nulls where the column is another one than was thought.</returns>
    public static async Task<TResult[]> ReadAsync<T, TResult>(ParquetRowGroupReader rows, DataField? field, Func<T, TResult> map, CancellationToken cancel)
        where T : struct
    {
        var found = new TResult[rows.RowCount];
        if (field is null || !rows.ColumnExists(field) || field.ClrType != typeof(T) || field.MaxRepetitionLevel > 0)
        {
            return found;
        }

        var (values, levels, next) = (new T[found.Length], new int[found.Length], 0);
        await rows.ReadRawAsync(field, values.AsMemory(), levels, null, cancel);
        for (var i = 0; i < found.Length; i++)
        {
            if (levels[i] == field.MaxDefinitionLevel)
            {
                found[i] = map(values[next++]);
            }
        }

        return found;
    }

    public static Task<string?[]> TextsAsync(ParquetRowGroupReader rows, DataField? field, CancellationToken cancel) =>
        ReadAsync<ReadOnlyMemory<char>, string?>(rows, field, text => text.ToString(), cancel);
}
