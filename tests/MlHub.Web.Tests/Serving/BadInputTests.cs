using System.Net.Http.Headers;
using System.Text;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>What callers get wrong: MLflow's form of a refusal, which names what was wrong and what was expected, and the worker lives.</summary>
public sealed class BadInputTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Schema = """[{"type": "double", "name": "a", "required": true}, {"type": "long", "name": "b", "required": true}, {"type": "string", "name": "note", "required": false}]""";

    public static TheoryData<string, string, string> Bad => new()
    {
        { "not json", "BAD_REQUEST", "Ensure that input is a valid JSON formatted string" },
        { "[1]", "BAD_REQUEST", "Received a list." },
        { "{}", "BAD_REQUEST", "exactly one of the input fields" },
        { """{"inputs": [], "instances": []}""", "BAD_REQUEST", "exactly one of the input fields" },
        { """{"columns": ["a"], "data": [[1]]}""", "BAD_REQUEST", "protocol has changed" },
        { """{"dataframe_split": [{"columns": ["a", "b"], "data": [[1, 2]]}]}""", "BAD_REQUEST", "must be a dictionary. Got list." },
        { """{"dataframe_split": {"columns": ["a", "b"]}}""", "BAD_REQUEST", "'data'" },
        { """{"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2], [1]]}}""", "BAD_REQUEST", "row 1" },
        { """{"dataframe_split": {"columns": ["a", "b"], "data": [[1, 2]], "dtype": "x"}}""", "BAD_REQUEST", "'dtype'" },
        { """{"dataframe_records": {"a": 1, "b": 2}}""", "BAD_REQUEST", "must be a list of records" },
        { """{"instances": {"a": 1}}""", "BAD_REQUEST", "'instances' to be a list" },
        { """{"instances": [{"a": 1, "b": 2}, {"a": 1}]}""", "BAD_REQUEST", "are not the same" },
        { """{"inputs": {"a": [1, 2], "b": [1]}}""", "BAD_REQUEST", "are not the same" },
        { """{"dataframe_records": [{"b": 1, "c": 2}]}""", "INVALID_PARAMETER_VALUE", "Model is missing inputs ['a']. Note that there were extra inputs: ['c']." },
        { """{"dataframe_records": [{"a": "many", "b": 2}]}""", "INVALID_PARAMETER_VALUE", "Failed to convert column a to type 'float64'. Error: 'could not convert \"many\" to float'" },
        { """{"dataframe_records": [{"a": 1, "b": 2.5}]}""", "INVALID_PARAMETER_VALUE", "Incompatible input types for column b. Can not safely convert float64 to int64." },
        { """{"dataframe_records": [{"a": 1, "b": 2}, {"a": 1}]}""", "INVALID_PARAMETER_VALUE", "whole numbers with missing values are represented as floats" },
        { """{"dataframe_records": [{"a": 1, "b": 99999999999999999999}]}""", "INVALID_PARAMETER_VALUE", "beyond what the type holds" },
        { """{"dataframe_records": [{"a": [1], "b": 2}]}""", "INVALID_PARAMETER_VALUE", "Failed to convert column a" },
        { """{"dataframe_records": [{"a": NaN, "b": 2}]}""", "BAD_REQUEST", "valid JSON" },
        { """{"dataframe_records": [{"a": 1, "b": 2, "note": 3}]}""", "INVALID_PARAMETER_VALUE", "Failed to convert column note to type 'object'" },
        { """{"inputs": [[1, 2]]}""", "INVALID_PARAMETER_VALUE", "3 inputs" },
        { """{"dataframe_records": [], "params": [1]}""", "BAD_REQUEST", "'params' must be a dictionary" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_does_not_fit_is_refused(string body, string code, string words)
    {
        var model = await ModelAsync();

        var answer = await hub.Ann.InvokeAsync(model, "1", body);

        Assert.Equal((400, code), (answer.Status, answer.Code));
        Assert.Contains(words, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{\"inputs\": [[1, 2]]}", "Shape of input (1, 2) does not match expected shape (-1, 3).")]
    [InlineData("{\"inputs\": [1, 2, 3]}", "Shape of input (3,) does not match")]
    [InlineData("{\"inputs\": [[1, 2, 3], [1]]}", "different lengths")]
    [InlineData("{\"inputs\": [[[1, 2, 3]]]}", "(1, 1, 3)")]
    [InlineData("{\"inputs\": [[[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]]]}", "nested deeper than any tensor")]
    [InlineData("{\"inputs\": [[1, \"x\", 3]]}", "to type 'float32'")]
    [InlineData("{\"inputs\": {\"z\": [[1, 2, 3]]}}", "missing inputs")]
    public async Task Tensors_of_another_shape_are_refused(string body, string words)
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Mean, """[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}]""");

        var answer = await hub.Ann.InvokeAsync(model, "1", body);

        Assert.Equal(400, answer.Status);
        Assert.Contains(words, answer.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("text/plain", "This predictor only supports the following content types: Types: ['text/csv', 'application/json']. Got 'text/plain'.")]
    [InlineData("application/json; format=pandas-split", "Unrecognized content type parameters: format.")]
    [InlineData("application/json; charset=latin-1", "The scoring server only supports UTF-8")]
    public async Task Other_content_types_are_refused_in_text(string type, string words)
    {
        var content = new StringContent("{}", Encoding.UTF8);
        content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);

        var answer = await hub.Ann.InvokeAsync(await ModelAsync(), "1", content);

        Assert.Equal((415, "text/plain"), (answer.Status, answer.ContentHeaders.ContentType!.MediaType));
        Assert.StartsWith(words, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_body_of_40_megabytes_is_refused_and_the_worker_lives()
    {
        var model = await ModelAsync();
        var good = """{"dataframe_records": [{"a": 1, "b": 2, "note": "x"}]}""";
        var before = (await hub.Ann.InvokeAsync(model, "1", good)).Status;
        var process = (int)(await hub.Ann.ServedVersionAsync(model))["replicas"]![0]!["process_id"]!;

        var known = await hub.Ann.InvokeAsync(model, "1", new string(' ', 40_000_000));
        // Sent in chunks, so that nobody can tell its length beforehand.
        var unknown = await hub.Ann.InvokeAsync(model, "1", System.Net.Http.Json.JsonContent.Create(new string(' ', 40_000_000)));
        var answer = await hub.Ann.InvokeAsync(model, "1", good);

        Assert.All([known, unknown], a => Assert.Equal((413, "REQUEST_LIMIT_EXCEEDED"), (a.Status, a.Code)));
        Assert.Equal(before, answer.Status);
        Assert.Equal(process, (int)(await hub.Ann.ServedVersionAsync(model))["replicas"]![0]!["process_id"]!);
    }

    /// <summary>One worker answers all rows of the table.</summary>
    private async Task<string> ModelAsync()
    {
        const string model = "bad-input";
        if (!(await hub.Ann.ServingAsync(model)).ContainsKey("enabled"))
        {
            await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Echo, Schema);
            await hub.Ann.EnableServingAsync(model);
        }

        return model;
    }
}
