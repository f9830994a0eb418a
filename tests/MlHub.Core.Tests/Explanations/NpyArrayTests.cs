using System.Text;
using MlHub.Explanations;

namespace MlHub.Core.Tests.Explanations;

/// <summary>Reads what NumPy itself saved.</summary>
public sealed class NpyArrayTests
{
    [Theory]
    [InlineData("numpy.array([[1.5, -2], [3, 4e300]])", new[] { 2, 2 }, new[] { 1.5, -2, 3, 4e300 })]
    [InlineData("numpy.asfortranarray([[1.0, 2, 3], [4, 5, 6]])", new[] { 2, 3 }, new[] { 1.0, 2, 3, 4, 5, 6 })]
    [InlineData("numpy.asfortranarray(numpy.arange(24.0).reshape(2, 3, 4))", new[] { 2, 3, 4 }, new[] { 0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23 })]
    [InlineData("numpy.array([1, -1], dtype='>f4')", new[] { 2 }, new[] { 1.0, -1 })]
    [InlineData("numpy.array([0.5, numpy.inf], dtype='<f2')", new[] { 2 }, new[] { 0.5, double.PositiveInfinity })]
    [InlineData("numpy.array([-5, 2**62], dtype='<i8')", new[] { 2 }, new[] { -5, 4611686018427387904.0 })]
    [InlineData("numpy.array([-5, 7], dtype='>i2')", new[] { 2 }, new[] { -5.0, 7 })]
    [InlineData("numpy.array([200], dtype='u1')", new[] { 1 }, new[] { 200.0 })]
    [InlineData("numpy.array([True, False])", new[] { 2 }, new[] { 1.0, 0 })]
    [InlineData("numpy.float64(2.25)", new int[0], new[] { 2.25 })]
    [InlineData("numpy.zeros((0, 3))", new[] { 0, 3 }, new double[0])]
    public async Task An_array_of_numbers_is_read_in_the_order_of_its_indices(string array, int[] shape, double[] values)
    {
        var read = NpyArray.Read(await NumpyFile.SaveAsync(array), 100);

        Assert.Equal(shape, read.Shape);
        Assert.Equal(values, read.Values);
    }

    [Theory]
    [InlineData("numpy.array(['a'], dtype=object)", "not read")]
    [InlineData("numpy.array(['a'])", "not read")]
    [InlineData("numpy.zeros(101)", "more than 100")]
    [InlineData("numpy.array([1j])", "not read")]
    public async Task What_is_no_number_or_too_many_is_refused(string array, string words)
    {
        var file = await NumpyFile.SaveAsync(array);

        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => NpyArray.Read(file, 100)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_cut_off_anywhere_is_refused()
    {
        var file = await NumpyFile.SaveAsync("numpy.arange(4.0)");

        Assert.All(Enumerable.Range(0, file.Length), length => Assert.Throws<InvalidDataException>(() => NpyArray.Read(file.AsSpan(0, length), 100)));
    }

    [Theory]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (99999999999,), }")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (65536, 65536, 65536, 65536), }")]
    [InlineData("{'descr': '<f8', 'fortran_order': False, 'shape': (-1,), }")]
    [InlineData("{'descr': '<f8'}")]
    [InlineData("")]
    public void A_header_that_lies_is_refused(string header)
    {
        byte[] file = [0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, 0, .. Encoding.ASCII.GetBytes(header), .. new byte[64]];

        Assert.Throws<InvalidDataException>(() => NpyArray.Read(file, 100));
    }
}
