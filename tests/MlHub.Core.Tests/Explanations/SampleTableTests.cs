using System.Text;
using MlHub.Explanations;

namespace MlHub.Core.Tests.Explanations;

/// <summary>Samples in each form that MLflow writes or takes.</summary>
public sealed class SampleTableTests
{
    [Theory]
    [InlineData("input_example.json", """{"columns": ["a", "b"], "index": [0, 1], "data": [[1, 2], [3, 4]]}""")]
    [InlineData("serving.json", """{"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2], [3, 4]]}}""")]
    [InlineData("serving.json", """{"dataframe_records": [{"a": 1, "b": 2}, {"b": 4, "a": 3}]}""")]
    [InlineData("input_example.json", """[{"a": 1, "b": 2}, {"b": 4, "a": 3}]""")]
    [InlineData("input_example.json", """{"a": [1, 3], "b": [2, 4]}""")]
    [InlineData("input_example.json", """{"inputs": {"a": [1, 3], "b": [2, 4]}}""")]
    [InlineData("rows.csv", "a,b\n1,2\n3,4\n")]
    [InlineData("rows.csv", "\"\",a,b\r\n0,1,2\r\n1,3,4\r\n")]
    [InlineData("rows.tsv", "a\tb\n1\t2\n3\t4")]
    public void Named_columns_are_read(string path, string text)
    {
        var read = Read(path, text);

        Assert.Equal(["a", "b"], read.Columns!);
        Assert.Equal([1.0, 2], read.Rows[0]);
        Assert.Equal([3.0, 4], read.Rows[1]);
    }

    [Theory]
    [InlineData("input_example.json", """{"inputs": [[1, 2], [3, 4]]}""")]
    [InlineData("input_example.json", """{"instances": [[1, 2], [3, 4]]}""")]
    [InlineData("input_example.json", "[[1, 2], [3, 4]]")]
    [InlineData("rows.csv", "1,2\n3,4")]
    public void Rows_without_names_are_read(string path, string text)
    {
        var read = Read(path, text);

        Assert.Null(read.Columns);
        Assert.Equal([3.0, 4], read.Rows[1]);
        Assert.Equal(["x", "y"], read.SelectOrNull(["x", "y"])!.Columns!);
        Assert.Null(read.SelectOrNull(["x"]));
    }

    [Fact]
    public async Task An_array_of_NumPys_is_read()
    {
        var read = SampleTable.Read("x.npy", await NumpyFile.SaveAsync("numpy.array([[1.0, 2], [3, 4]])"));

        Assert.Equal([3.0, 4], read.Rows[1]);
    }

    [Fact]
    public void What_is_no_number_is_missing_and_columns_are_found_by_name()
    {
        var read = Read("x.json", """[{"a": true, "b": null, "c": "red"}]""").SelectOrNull(["b", "a"])!;

        Assert.Equal([double.NaN, 1], read.Rows[0]);
        Assert.Null(read.SelectOrNull(["a", "z"]));
    }

    [Theory]
    [InlineData("x.json", "[[1, 2], [3]]")]
    [InlineData("x.json", "[[[1]]]")]
    [InlineData("x.json", """{"a": [1], "b": [1, 2]}""")]
    [InlineData("x.json", """[{"a": 1}, 2]""")]
    [InlineData("x.json", "[]")]
    [InlineData("x.json", "{}")]
    [InlineData("x.json", "7")]
    [InlineData("x.json", """{"columns": 3, "data": [[1]]}""")]
    [InlineData("x.json", "not JSON")]
    [InlineData("x.csv", "a,b\n1\n")]
    [InlineData("x.csv", "")]
    [InlineData("x.npy", "not NumPy")]
    public void What_is_no_table_is_refused(string path, string text) => Assert.Throws<InvalidDataException>(() => Read(path, text));

    private static SampleTable Read(string path, string text) => SampleTable.Read(path, Encoding.UTF8.GetBytes(text));
}
