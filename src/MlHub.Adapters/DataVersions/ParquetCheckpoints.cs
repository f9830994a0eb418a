using MlHub.DataVersions.Delta;
using Parquet;
using Parquet.Schema;

namespace MlHub.Adapters.DataVersions;

/// <summary>Delta's checkpoints in Parquet, with the columns of the section "Checkpoint Schema" in PROTOCOL.md; only those that are needed are read.</summary>
public sealed class ParquetCheckpoints : ICheckpointFormat
{
    public async Task<IReadOnlyList<DeltaAction>> ReadAsync(byte[] file, int most, CancellationToken cancel)
    {
        try
        {
            await using var reader = await ParquetReader.CreateAsync(new MemoryStream(file), cancellationToken: cancel);
            List<DeltaAction> actions = [];
            for (var group = 0; group < reader.RowGroupCount; group++)
            {
                using var rows = reader.OpenRowGroupReader(group);
                if (rows.RowCount > most - actions.Count)
                {
                    throw new InvalidDataException($"it has more than {most} actions.");
                }

                actions.AddRange(await ReadAsync(rows, reader.Schema, cancel));
            }

            return actions;
        }
        catch (Exception e) when (e is not (OperationCanceledException or InvalidDataException))
        {
            // The library tells a damaged file by whatever it stumbles over.
            throw new InvalidDataException("it is no Parquet file that MlHub can read.", e);
        }
    }

    private static async Task<List<DeltaAction>> ReadAsync(ParquetRowGroupReader rows, ParquetSchema schema, CancellationToken cancel)
    {
        var added = await TextsAsync(rows, FieldOrNull(schema, "add", "path"), cancel);
        var vectors = await TextsAsync(rows, FieldOrNull(schema, "add", "deletionVector", "storageType"), cancel);
        var schemas = await TextsAsync(rows, FieldOrNull(schema, "metaData", "schemaString"), cancel);
        var sidecars = await TextsAsync(rows, FieldOrNull(schema, "sidecar", "path"), cancel);
        var readers = await ValuesAsync<int, int?>(rows, FieldOrNull(schema, "protocol", "minReaderVersion"), n => n, cancel);
        List<DeltaAction> actions = [];
        for (var i = 0; i < rows.RowCount; i++)
        {
            if ((added[i], schemas[i], sidecars[i], readers[i]) is not (null, null, null, null))
            {
                actions.Add(new(Path(added[i]), null, schemas[i], Path(sidecars[i]), readers[i], null, vectors[i] is not null));
            }
        }

        return actions;
    }

    private static Task<string?[]> TextsAsync(ParquetRowGroupReader rows, DataField? field, CancellationToken cancel) =>
        ValuesAsync<ReadOnlyMemory<char>, string?>(rows, field, text => text.ToString(), cancel);

    /// <summary>
    /// Row by row, null where a row has none. Values come without the rows between them, which the levels tell; the library's own way of
    /// putting nulls in fills a column that has only nulls with what it read before.
    /// </summary>
    private static async Task<TResult[]> ValuesAsync<T, TResult>(ParquetRowGroupReader rows, DataField? field, Func<T, TResult> map, CancellationToken cancel)
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

    private static DataField? FieldOrNull(ParquetSchema schema, params string[] path) => schema.GetDataFields().FirstOrDefault(f => f.Path.ToList().SequenceEqual(path));

    private static string? Path(string? path) => path is null ? null : Uri.UnescapeDataString(path);
}
