using Parquet;
using Parquet.Schema;

namespace MlHub.Testing.Serving;

/// <summary>Tables in Parquet, as a training job would log them.</summary>
public static class GivenParquet
{
    /// <summary>Two columns of numbers, in groups of so many rows.</summary>
    public static async Task<byte[]> NumbersAsync(double[] a, double[] b, int perGroup = 1000, CompressionMethod compression = CompressionMethod.Snappy)
    {
        DataField<double> first = new("a"), second = new("b");
        using MemoryStream file = new();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(first, second), file, new ParquetOptions { CompressionMethod = compression }))
        {
            for (var from = 0; from < a.Length; from += perGroup)
            {
                var count = Math.Min(perGroup, a.Length - from);
                using var group = writer.CreateRowGroup();
                await group.WriteAsync<double>(first, a.AsMemory(from, count));
                await group.WriteAsync<double>(second, b.AsMemory(from, count));
                group.CompleteValidate();
            }
        }

        return file.ToArray();
    }

    /// <summary>A column of each kind, with a row of values and one without; and one of bytes.</summary>
    public static async Task<byte[]> KindsAsync()
    {
        DataField text = new DataField<string>("text"), truth = new DataField<bool?>("truth"), whole = new DataField<long?>("whole"), real = new DataField<float?>("real"), time = new DataField<DateTime?>("time"), bytes = new DataField<byte[]>("bytes");
        using MemoryStream file = new();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(text, truth, whole, real, time, bytes), file))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(text, new[] { "north", null! });
            await group.WriteAsync<bool>(truth, new bool?[] { true, null });
            await group.WriteAsync<long>(whole, new long?[] { -7_000_000_000, null });
            await group.WriteAsync<float>(real, new float?[] { 0.1f, float.NaN });
            await group.WriteAsync<DateTime>(time, new DateTime?[] { new(2026, 3, 3, 14, 0, 0, DateTimeKind.Utc), null });
            await group.WriteAsync(bytes, new[] { new byte[] { 1, 2 }, [3] });
            group.CompleteValidate();
        }

        return file.ToArray();
    }

    /// <summary>The same long text in every row, which is stored once.</summary>
    public static async Task<byte[]> OneTextAsync(int length, int rows)
    {
        DataField field = new DataField<string>("text");
        using MemoryStream file = new();
        await using (var writer = await ParquetWriter.CreateAsync(new ParquetSchema(field), file, new ParquetOptions { CompressionMethod = CompressionMethod.Snappy }))
        {
            using var group = writer.CreateRowGroup();
            await group.WriteAsync(field, Enumerable.Repeat(new string('x', length), rows).ToList());
            group.CompleteValidate();
        }

        return file.ToArray();
    }
}
