using System.Text.Json.Nodes;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>A signature is enforced type by type, and an endpoint's document tells the same signature.</summary>
public sealed class SchemaTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Typed = """[{"type": "integer", "name": "whole"}, {"type": "datetime", "name": "text"}, {"type": "boolean", "name": "truth"}, {"type": "float", "name": "real"}]""";

    [Theory]
    [InlineData("\"real\": null", 200, "\"real_out\":null")]
    [InlineData("\"whole\": 3.0", 200, "\"whole_out\":3,")]
    [InlineData("\"whole\": \"3\"", 200, "\"whole_out\":3,")]
    [InlineData("\"whole\": 2147483648", 400, "Failed to convert column whole to type 'int32'. Error: '2147483648 is beyond what the type holds'")]
    [InlineData("\"whole\": -1e300", 400, "Failed to convert column whole to type 'int32'")]
    [InlineData("\"whole\": null", 400, "Can not safely convert float64 to int32: whole numbers with missing values are represented as floats")]
    [InlineData("\"real\": 1e39", 400, "Failed to convert column real to type 'float32'. Error: '1e39 is beyond what the type holds'")]
    [InlineData("\"real\": 1e999", 400, "Failed to convert column real to type 'float32'")]
    [InlineData("\"truth\": \"maybe\"", 400, "\"maybe\\\" is neither true nor false'")]
    [InlineData("\"truth\": null", 400, "nothing is neither true nor false")]
    [InlineData("\"text\": null", 400, "Failed to convert column text to type 'object'. Error: 'a value is missing'")]
    [InlineData("\"text\": 20260102", 400, "'20260102 is no text'")]
    public async Task Each_type_takes_what_it_holds_without_loss_and_nothing_else(string cell, int status, string words)
    {
        const string model = "typed";
        await GivenAsync(model, OnnxModels.Echo, Typed);
        List<string> others = ["\"whole\": 7", "\"text\": \"2026-01-02T03:04:05Z\"", "\"truth\": true", "\"real\": 0.5"];
        others.RemoveAll(o => o.StartsWith(cell[..cell.IndexOf(':', StringComparison.Ordinal)], StringComparison.Ordinal));

        var answer = await hub.Ann.InvokeAsync(model, "1", $$"""{"dataframe_records": [{ {{string.Join(", ", others.Append(cell))}} }]}""");

        Assert.True(answer.Status == status && answer.Text.Replace("\\u0022", "\\\"", StringComparison.Ordinal).Replace("\\u0027", "'", StringComparison.Ordinal).Contains(words, StringComparison.Ordinal), $"{cell} was answered {answer.Status} {answer.Text}");
    }

    [Fact]
    public async Task Columns_without_names_are_counted_and_taken_in_their_order()
    {
        const string model = "unnamed";
        await GivenAsync(model, OnnxModels.Sum, """[{"type": "double"}, {"type": "double"}]""");

        var good = await hub.Ann.InvokeAsync(model, "1", """{"dataframe_split": {"columns": ["x", "y"], "data": [[1, 2.5]]}}""");
        var few = await hub.Ann.InvokeAsync(model, "1", """{"dataframe_split": {"columns": ["x"], "data": [[1]]}}""");

        Assert.Equal("""{"predictions":[{"sum":3.5}]}""", good.Text);
        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (few.Status, few.Code));
        Assert.Contains("declares 2 inputs but the provided value only has 1 inputs", few.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_optional_tensor_may_be_left_out_as_far_as_the_signature_goes()
    {
        const string model = "optional";
        await GivenAsync(model, OnnxModels.Sum, """[{"type": "tensor", "name": "a", "tensor-spec": {"dtype": "float32", "shape": [-1, 1]}}, {"type": "tensor", "name": "b", "required": false, "tensor-spec": {"dtype": "float32", "shape": [-1, 1]}}]""");

        var (left, required) = (await hub.Ann.InvokeAsync(model, "1", """{"inputs": {"a": [[1]]}}"""), await hub.Ann.InvokeAsync(model, "1", """{"inputs": {"b": [[1]]}}"""));

        Assert.Contains("The model's graph takes 'b' too, which was not sent.", left.Message, StringComparison.Ordinal);
        Assert.Contains("Model is missing inputs ['a'].", required.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_document_of_an_endpoint_has_the_types_what_is_required_the_params_and_the_token()
    {
        const string columns = """[{"type": "long", "name": "whole"}, {"type": "string", "name": "text", "required": false}, {"type": "boolean", "name": "truth"}, {"type": "double", "name": "real"}]""";
        var table = await hub.Ann.GivenServedModelAsync(OnnxModels.Echo, columns, parameters: """[{"name": "top", "type": "integer", "default": 1, "shape": null}]""");
        var tensor = await hub.Ann.GivenServedModelAsync(OnnxModels.Mean, """[{"type": "tensor", "tensor-spec": {"dtype": "float32", "shape": [-1, 3]}}]""");

        var (document, ofTensor) = (await DocumentAsync(table), await DocumentAsync(tensor));

        var schema = SchemaOf(document, table)["oneOf"]![0]!;
        var record = schema["properties"]!["dataframe_records"]!["items"]!;
        Assert.Equal(["whole integer int64", "text string ", "truth boolean ", "real number double"], record["properties"]!.AsObject().Select(p => $"{p.Key} {p.Value!["type"]} {p.Value["format"]}"));
        Assert.Equal("""["whole","truth","real"]""", record["required"]!.ToJsonString());
        Assert.Equal("""["dataframe_records"]""", schema["required"]!.ToJsonString());
        Assert.Equal(("integer", "int32"), ((string?)schema["properties"]!["params"]!["properties"]!["top"]!["type"], (string?)schema["properties"]!["params"]!["properties"]!["top"]!["format"]));
        Assert.Equal(("""[{"token":[]}]""", "bearer"), (document["security"]!.ToJsonString(), (string?)document["components"]!["securitySchemes"]!["token"]!["scheme"]));
        Assert.Equal("""{"type":"array","items":{"type":"array","items":{"type":"number","format":"float"}}}""", SchemaOf(ofTensor, tensor)["properties"]!["inputs"]!.ToJsonString());
    }

    private async Task<JsonObject> DocumentAsync(string model) => (await hub.Ann.AskAsync(HttpMethod.Get, $"/model/{model}/1/openapi.json")).Json;

    private static JsonNode SchemaOf(JsonObject document, string model) =>
        document["paths"]![$"/model/{model}/1/invocations"]!["post"]!["requestBody"]!["content"]!["application/json"]!["schema"]!;

    /// <summary>One worker answers all rows of a table.</summary>
    private async Task GivenAsync(string model, byte[] onnx, string inputs)
    {
        if (!(await hub.Ann.ServingAsync(model)).ContainsKey("enabled"))
        {
            await hub.Ann.GivenOnnxVersionAsync(model, onnx, inputs);
            await hub.Ann.EnableServingAsync(model);
        }
    }
}
