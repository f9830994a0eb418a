using MlHub.Explanations;

namespace MlHub.Core.Tests.Explanations;

/// <summary>Reads some rows of what NumPy itself saved.</summary>
public sealed class NpyRowsTests
{
    [Theory]
    [InlineData("numpy.arange(20.0).reshape(10, 2)", 0, new[] { 0, 3, 6 }, new[] { 0.0, 1, 6, 7, 12, 13 })]
    [InlineData("numpy.asfortranarray(numpy.arange(20.0).reshape(10, 2))", 0, new[] { 0, 3, 6 }, new[] { 0.0, 1, 6, 7, 12, 13 })]
    [InlineData("numpy.arange(40.0).reshape(2, 10, 2)", 1, new[] { 0, 3, 6 }, new[] { 0.0, 1, 6, 7, 12, 13, 20, 21, 26, 27, 32, 33 })]
    [InlineData("numpy.asfortranarray(numpy.arange(40.0).reshape(10, 2, 2))", 0, new[] { 0, 3, 6 }, new[] { 0.0, 1, 2, 3, 12, 13, 14, 15, 24, 25, 26, 27 })]
    [InlineData("numpy.arange(4.0).reshape(2, 2)", 0, new[] { 0, 1 }, new[] { 0.0, 1, 2, 3 })]
    public async Task Rows_at_even_distances_are_read_in_any_order_of_storage(string array, int axis, int[] rows, double[] values)
    {
        var read = await ReadAsync(array, axis, new(3, 1000, 100_000));

        Assert.Equal(rows, read.Rows);
        Assert.Equal(values, read.Values);
    }

    [Fact]
    public async Task Of_more_bytes_than_are_read_the_sample_is_of_the_first_rows()
    {
        var read = await ReadAsync("numpy.arange(2000.0).reshape(1000, 2)", 0, new(4, 1000, 16 * 100));

        Assert.Equal([1000, 2], read.Shape);
        Assert.Equal([0, 25, 50, 75], read.Rows);
        Assert.Equal([150.0, 151], read.Values[^2..]);
    }

    [Theory]
    [InlineData("numpy.asfortranarray(numpy.arange(2000.0).reshape(1000, 2))", 1000, "one after the other")]
    [InlineData("numpy.zeros((2, 5000))", 1000, "too long")]
    public async Task What_would_take_too_much_is_refused(string array, long values, string words) =>
        Assert.Contains(words, (await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(array, 0, new(4, values, 1600)))).Message, StringComparison.Ordinal);

    [Fact]
    public async Task A_file_that_is_cut_off_anywhere_is_refused()
    {
        var file = await NumpyFile.SaveAsync("numpy.arange(6.0).reshape(3, 2)");

        foreach (var length in Enumerable.Range(0, file.Length))
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => NpyRows.ReadAsync(new MemoryStream(file[..length]), _ => 0, new(3, 100, 1000), default));
        }
    }

    private static async Task<NpyRows> ReadAsync(string array, int axis, RowLimits limits) =>
        await NpyRows.ReadAsync(new MemoryStream(await NumpyFile.SaveAsync(array)), _ => axis, limits, default);
}
