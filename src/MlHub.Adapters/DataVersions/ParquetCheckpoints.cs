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
        var added = await ParquetColumn.TextsAsync(rows, FieldOrNull(schema, "add", "path"), cancel);
        var vectors = await ParquetColumn.TextsAsync(rows, FieldOrNull(schema, "add", "deletionVector", "storageType"), cancel);
        var schemas = await ParquetColumn.TextsAsync(rows, FieldOrNull(schema, "metaData", "schemaString"), cancel);
        var sidecars = await ParquetColumn.TextsAsync(rows, FieldOrNull(schema, "sidecar", "path"), cancel);
        var readers = await ParquetColumn.ReadAsync<int, int?>(rows, FieldOrNull(schema, "protocol", "minReaderVersion"), n => n, cancel);
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

    private static DataField? FieldOrNull(ParquetSchema schema, params string[] path) => schema.GetDataFields().FirstOrDefault(f => f.Path.ToList().SequenceEqual(path));

    private static string? Path(string? path) => path is null ? null : Uri.UnescapeDataString(path);
}
