using System.Text;
using MlHub.Serving;

namespace MlHub.Core.Tests.Serving;

public sealed class ExampleRequestTests
{
    [Theory]
    [InlineData("""{"columns": ["a"], "data": [[1]], "index": [0]}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]}}""")]
    [InlineData("""{"dataframe_split": {"columns": ["a"], "data": [[1]]}}""", """{"dataframe_split":{"columns":["a"],"data":[[1]]}}""")]
    [InlineData("""{"inputs": [[1, 2]]}""", """{"inputs":[[1,2]]}""")]
    [InlineData("""{"x": [1], "y": [2]}""", """{"inputs":{"x":[1],"y":[2]}}""")]
    [InlineData("""[{"a": 1}]""", """{"dataframe_records":[{"a":1}]}""")]
    [InlineData("""[[1, 2]]""", """{"inputs":[[1,2]]}""")]
    [InlineData("\"text\"", null)]
    [InlineData("[]", null)]
    [InlineData("{", null)]
    public void Every_form_of_MLflows_examples_becomes_a_request(string example, string? request) =>
        Assert.Equal(request, ExampleRequest.OrNull(example) is { } bytes ? Encoding.UTF8.GetString(bytes) : null);
}
