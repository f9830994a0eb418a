using MlHub.Adapters.Serving;
using MlHub.Testing.Serving;
using Parquet;

namespace MlHub.Core.Tests.Serving.Drift;

/// <summary>Training samples in Parquet.</summary>
public sealed class ParquetSamplesTests : IDisposable
{
    private const int Many = 1_000_000;

    private readonly ParquetSamples _samples = new();

    public void Dispose() => _samples.Dispose();

    [Fact]
    public async Task Numbers_of_several_groups_of_rows_are_read_as_their_texts()
    {
        var (columns, rows) = await _samples.ReadAsync(await GivenParquet.NumbersAsync([1, 0.1, -3e20, double.NaN], [4, 5, 6, 7], perGroup: 3), Many, default);

        Assert.Equal(["a", "b"], columns);
        Assert.Equal([["1", "4"], ["0.1", "5"], ["-3E+20", "6"], [null, "7"]], rows);
    }

    [Fact]
    public async Task Every_plain_kind_is_read_nothing_is_null_and_bytes_are_left_out()
    {
        var (columns, rows) = await _samples.ReadAsync(await GivenParquet.KindsAsync(), Many, default);

        Assert.Equal(["text", "truth", "whole", "real", "time"], columns);
        Assert.Equal([["north", "True", "-7000000000", "0.1", "2026-03-03T14:00:00"], [null, null, null, null, null]], rows);
    }

    [Fact]
    public async Task What_is_larger_than_it_may_be_is_refused_before_it_is_read()
    {
        var numbers = await GivenParquet.NumbersAsync(new double[60], new double[60], perGroup: 30);

        Assert.Equal(60, (await _samples.ReadAsync(numbers, 120, default)).Rows.Count);
        Assert.Equal("it holds more than 119 values.", (await RefusedAsync(numbers, 119)).Message);
        // A text of a megabyte that a hundred rows share is a file that is small enough.
        var text = await GivenParquet.OneTextAsync(1024 * 1024, 100);
        Assert.InRange(text.Length, 1, Limits.SampleBytes);
        Assert.Equal("its texts have more than 67,108,864 characters.", (await RefusedAsync(text, Many)).Message);
    }

    [Theory]
    [InlineData(CompressionMethod.Gzip, "GZIP")]
    [InlineData(CompressionMethod.Zstd, "ZSTD")]
    public async Task A_compression_that_makes_much_of_little_is_refused(CompressionMethod method, string name)
    {
        var file = await GivenParquet.NumbersAsync(new double[100], new double[100], compression: method);

        Assert.Equal($"it is compressed with {name}: write it with snappy, or uncompressed.", (await RefusedAsync(file, Many)).Message);
        Assert.Equal(100, (await _samples.ReadAsync(await GivenParquet.NumbersAsync(new double[100], new double[100], compression: CompressionMethod.None), Many, default)).Rows.Count);
    }

    [Fact]
    public async Task A_damaged_file_is_told_as_one_wherever_it_is_damaged()
    {
        var whole = await GivenParquet.NumbersAsync([.. Enumerable.Range(0, 50).Select(i => (double)i)], new double[50]);
        Assert.Equal("it is no Parquet file that MlHub can read.", (await RefusedAsync("a,b\n1,2\n"u8.ToArray(), Many)).Message);
        for (var at = 0; at < whole.Length; at += 3)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= 0xFF;
            try
            {
                await _samples.ReadAsync(damaged, Many, default);
            }
            catch (InvalidDataException)
            {
                // Said so; a value that merely became another one cannot be noticed.
            }
        }
    }

    private Task<InvalidDataException> RefusedAsync(byte[] file, int most) => Assert.ThrowsAsync<InvalidDataException>(() => _samples.ReadAsync(file, most, default));
}
