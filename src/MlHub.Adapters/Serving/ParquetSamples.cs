using System.Globalization;
using MlHub.Adapters.DataVersions;
using MlHub.Serving.Drift;
using Parquet;
using Parquet.Meta;
using Parquet.Schema;

namespace MlHub.Adapters.Serving;

/// <summary>
/// Samples in Parquet. What a file says of its sizes may be a lie, so only compressions are read that cannot make much of little (pandas, pyarrow and Spark write Snappy
/// unless told otherwise), texts are counted as they come, and one file is read at a time.
/// </summary>
public sealed class ParquetSamples : IParquetFormat, IDisposable
{
    private const long MostBytes = 256L * 1024 * 1024, MostCharacters = 64L * 1024 * 1024;

    private readonly SemaphoreSlim _turn = new(1);

    public async Task<(IReadOnlyList<string> Columns, IReadOnlyList<string?[]> Rows)> ReadAsync(byte[] file, int mostValues, CancellationToken cancel)
    {
        await _turn.WaitAsync(cancel);
        try
        {
            await using var reader = await ParquetReader.CreateAsync(new MemoryStream(file), cancellationToken: cancel);
            return await ReadAsync(reader, mostValues, cancel);
        }
        catch (Exception e) when (e is not (OperationCanceledException or InvalidDataException))
        {
            // The library tells a damaged file by whatever it stumbles over.
            throw new InvalidDataException("it is no Parquet file that MlHub can read.", e);
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Dispose() => _turn.Dispose();

    private static async Task<(IReadOnlyList<string>, IReadOnlyList<string?[]>)> ReadAsync(ParquetReader reader, int mostValues, CancellationToken cancel)
    {
        Characters characters = new();
        var fields = reader.Schema.GetDataFields().Where(f => f.Path.Length == 1 && f.MaxRepetitionLevel == 0 && TextsOf(f, characters) is not null).ToList();
        List<string?[]> rows = [];
        for (var group = 0; group < reader.RowGroupCount; group++)
        {
            using var read = reader.OpenRowGroupReader(group);
            Check(read.RowGroup);
            if ((rows.Count + (long)read.RowCount) * Math.Max(1, fields.Count) > mostValues)
            {
                throw new InvalidDataException($"it holds more than {mostValues:N0} values.");
            }

            var found = Enumerable.Range(0, (int)read.RowCount).Select(_ => new string?[fields.Count]).ToList();
            foreach (var (column, field) in fields.Index())
            {
                foreach (var (row, text) in (await TextsOf(field, characters)!(read, cancel)).Index())
                {
                    found[row][column] = text;
                }
            }

            rows.AddRange(found);
        }

        return ([.. fields.Select(f => f.Name)], rows);
    }

    private static void Check(RowGroup group)
    {
        if (group.Columns.Find(c => c.MetaData is not { Codec: CompressionCodec.UNCOMPRESSED or CompressionCodec.SNAPPY }) is { } other)
        {
            throw new InvalidDataException($"it is compressed with {other.MetaData?.Codec}: write it with snappy, or uncompressed.");
        }

        if (group.Columns.Sum(c => c.MetaData!.TotalUncompressedSize) > MostBytes)
        {
            throw new InvalidDataException($"it is larger than {MostBytes / 1024 / 1024} MiB when it is unpacked.");
        }
    }

    /// <summary>How a column's values become texts; null for what no request could hold.</summary>
    private static Func<ParquetRowGroupReader, CancellationToken, Task<string?[]>>? TextsOf(DataField field, Characters characters)
    {
        var type = field.ClrType;
        return type == typeof(ReadOnlyMemory<char>) ? Of<ReadOnlyMemory<char>>(characters.Read)
            : type == typeof(bool) ? Of<bool>(v => v.ToString())
            : type == typeof(float) ? Of<float>(v => float.IsFinite(v) ? v.ToString("R", CultureInfo.InvariantCulture) : null)
            : type == typeof(double) ? Of<double>(v => double.IsFinite(v) ? v.ToString("R", CultureInfo.InvariantCulture) : null)
            : type == typeof(DateTime) ? Of<DateTime>(v => v.ToString("yyyy-MM-ddTHH:mm:ss.FFFFFFF", CultureInfo.InvariantCulture))
            : type == typeof(byte) ? Number<byte>()
            : type == typeof(sbyte) ? Number<sbyte>()
            : type == typeof(short) ? Number<short>()
            : type == typeof(ushort) ? Number<ushort>()
            : type == typeof(int) ? Number<int>()
            : type == typeof(uint) ? Number<uint>()
            : type == typeof(long) ? Number<long>()
            : type == typeof(ulong) ? Number<ulong>()
            : type == typeof(decimal) ? Number<decimal>()
            : null;

        Func<ParquetRowGroupReader, CancellationToken, Task<string?[]>> Of<T>(Func<T, string?> map)
            where T : struct => (rows, cancel) => ParquetColumn.ReadAsync(rows, field, map, cancel);

        Func<ParquetRowGroupReader, CancellationToken, Task<string?[]>> Number<T>()
            where T : struct, IFormattable => Of<T>(v => v.ToString(null, CultureInfo.InvariantCulture));
    }

    /// <summary>One long text may be the value of every row.</summary>
    private sealed class Characters
    {
        private long _read;

        public string Read(ReadOnlyMemory<char> text) =>
            (_read += text.Length) > MostCharacters ? throw new InvalidDataException($"its texts have more than {MostCharacters:N0} characters.") : text.ToString();
    }
}
