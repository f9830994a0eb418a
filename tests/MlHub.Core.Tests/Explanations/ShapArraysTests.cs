using MlHub.Explanations;

namespace MlHub.Core.Tests.Explanations;

/// <summary>What mlflow.shap logs, in the orders of SHAP's versions.</summary>
public sealed class ShapArraysTests
{
    private static readonly string[] Names = ["beds", "area", "year"];

    [Fact]
    public async Task One_output_is_rows_and_features()
    {
        var read = await ReadAsync("numpy.array([[1.0, -2, 3], [3, 4, -5]])", "numpy.float64(10)");

        var output = Assert.Single(read.Outputs);
        Assert.Equal(10, output.BaseValue);
        Assert.Equal([1.0, -2, 3], output.Values[0]);
        Assert.Equal([("year", 4.0, 1), ("area", 3, 2), ("beds", 2, 3)], read.Weights(0).Select(w => (w.Feature, w.Weight, w.Rank)));
    }

    [Theory]
    [InlineData("numpy.arange(12.0).reshape(2, 3, 2)", "numpy.array([0.5, 0.25])")]
    [InlineData("numpy.moveaxis(numpy.arange(12.0).reshape(2, 3, 2), 2, 0)", "numpy.array([0.5, 0.25])")]
    [InlineData("numpy.ascontiguousarray(numpy.moveaxis(numpy.arange(12.0).reshape(2, 3, 2), 2, 0))", "numpy.zeros(0)")]
    public async Task Several_outputs_stand_last_or_first(string values, string bases)
    {
        var read = await ReadAsync(values, bases);

        Assert.Equal(2, read.Outputs.Count);
        Assert.Equal([1.0, 3, 5], read.Outputs[1].Values[0]);
        Assert.Equal([6.0, 8, 10], read.Outputs[0].Values[1]);
        Assert.Equal(Names, read.Features);
    }

    [Fact]
    public async Task Without_known_names_features_are_numbered_and_too_many_rows_are_sampled()
    {
        var read = await ShapArrays.ReadAsync(new MemoryStream(await NumpyFile.SaveAsync("numpy.arange(2000.0).reshape(1000, 2)")), null, _ => null, new(10, 10_000, 100_000), default);

        Assert.Equal(["feature 0", "feature 1"], read.Features);
        Assert.Equal((10, 1000, 100), (read.Rows.Count, read.AllRows, read.Rows[1]));
        Assert.Null(read.Outputs[0].BaseValue);
        Assert.Equal([200.0, 201], read.Outputs[0].Values[1]);
    }

    [Fact]
    public async Task What_is_no_finite_number_weighs_nothing()
    {
        var read = await ReadAsync("numpy.array([[numpy.nan, -2, numpy.inf], [3, 1e308, -5]])", "numpy.float64(numpy.nan)");

        Assert.Null(read.Outputs[0].BaseValue);
        Assert.Equal([("area", 5e307), ("year", 5), ("beds", 3)], read.Weights().Select(w => (w.Feature, w.Weight)));
    }

    [Theory]
    [InlineData("numpy.zeros(4)")]
    [InlineData("numpy.zeros((2, 2, 2, 2))")]
    [InlineData("numpy.zeros((3, 0))")]
    [InlineData("numpy.zeros((0, 3))")]
    public async Task Other_shapes_are_refused(string values) => await Assert.ThrowsAsync<InvalidDataException>(() => ReadAsync(values, "numpy.zeros(1)"));

    private static async Task<Explanation> ReadAsync(string values, string bases) => await ShapArrays.ReadAsync(
        new MemoryStream(await NumpyFile.SaveAsync(values)), NpyArray.Read(await NumpyFile.SaveAsync(bases), 100), count => count == 3 ? Names : null, new(100, 1000, 100_000), default);
}
