using System.Buffers.Binary;
using System.Text;
using System.Text.Json.Nodes;
using MlHub.Scoring.Onnx;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>The Open Inference Protocol v2.</summary>
public sealed class InferenceTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task The_server_and_a_model_tell_what_they_are()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);

        Assert.Equal("""{"live":true}""", (await hub.Ann.AskAsync(HttpMethod.Get, "/v2/health/live")).Text);
        Assert.Equal("""{"ready":true}""", (await hub.Ann.AskAsync(HttpMethod.Get, "/v2/health/ready")).Text);
        Assert.Equal("mlhub", (string?)(await hub.Ann.AskAsync(HttpMethod.Get, "/v2")).Json["name"]);
        // Nobody asked it before, so it is loaded from now on.
        var early = await hub.Ann.AskAsync(HttpMethod.Get, $"/v2/models/{model}/ready");
        Assert.Equal((503, $"Model with name {model} is not ready."), (early.Status, (string?)early.Json["error"]));
        await Eventually.TrueAsync(async () => (await hub.Ann.AskAsync(HttpMethod.Get, $"/v2/models/{model}/ready")).Status == 200);
        Assert.Equal($$"""{"name":"{{model}}","ready":true}""", (await hub.Ann.AskAsync(HttpMethod.Get, $"/v2/models/{model}/versions/1/ready")).Text);
        Assert.Equal(
            $$"""{"name":"{{model}}","versions":["1"],"platform":"onnx_onnxv1","inputs":[{"name":"a","datatype":"FP32","shape":[-1,1]},{"name":"b","datatype":"FP32","shape":[-1,1]}],"outputs":[{"name":"sum","datatype":"FP32","shape":[-1,1]}]}""",
            (await hub.Ann.AskAsync(HttpMethod.Get, $"/v2/models/{model}/versions/1")).Text);
    }

    [Fact]
    public async Task Data_is_taken_flat_or_nested_and_the_id_comes_back()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        const string request = """{"id": "x-1", "inputs": [{"name": "b", "shape": [2, 1], "datatype": "FP32", "data": [[2], [3]]}, {"name": "a", "shape": [2, 1], "datatype": "FP32", "data": [1.5, 4]}]}""";

        var answer = await InferAsync(model, request);

        Assert.Equal($$"""{"model_name":"{{model}}","model_version":"1","id":"x-1","outputs":[{"name":"sum","shape":[2,1],"datatype":"FP32","data":[3.5,7]}]}""", answer.Text);
    }

    [Fact]
    public async Task Outputs_can_be_chosen_and_every_datatype_keeps_its_values()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Echo);
        const string inputs = """
            "inputs": [{"name": "whole", "shape": [1], "datatype": "INT64", "data": [9223372036854775807]}, {"name": "text", "shape": [1], "datatype": "BYTES", "data": ["ü"]},
            {"name": "truth", "shape": [1], "datatype": "BOOL", "data": [true]}, {"name": "real", "shape": [1], "datatype": "FP64", "data": [0.1]}]
            """;

        var answer = await InferAsync(model, $$"""{ {{inputs}}, "outputs": [{"name": "real_out"}, {"name": "whole_out"}, {"name": "text_out"}]}""");
        var unknown = await InferAsync(model, $$"""{ {{inputs}}, "outputs": [{"name": "other"}]}""");

        Assert.Equal(["[0.1]", "[9223372036854775807]", "[\"ü\"]"], answer.Json["outputs"]!.AsArray().Select(o => o!["data"]!.ToJsonString(Legible)));
        Assert.Equal((400, "The model has no output 'other'."), (unknown.Status, (string?)unknown.Json["error"]));
    }

    [Fact]
    public async Task Raw_tensors_go_in_and_out()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Echo);
        byte[] raw = [.. BitConverter.GetBytes(7L), .. Length(2), .. "ü"u8, 1, .. BitConverter.GetBytes(double.NaN)];
        const string json = """
            {"inputs": [{"name": "whole", "shape": [1], "datatype": "INT64", "parameters": {"binary_data_size": 8}}, {"name": "text", "shape": [1], "datatype": "BYTES", "parameters": {"binary_data_size": 6}},
            {"name": "truth", "shape": [1], "datatype": "BOOL", "parameters": {"binary_data_size": 1}}, {"name": "real", "shape": [1], "datatype": "FP64", "parameters": {"binary_data_size": 8}}],
            "outputs": [{"name": "whole_out", "parameters": {"binary_data": true}}, {"name": "text_out", "parameters": {"binary_data": true}}, {"name": "truth_out"}, {"name": "real_out", "parameters": {"binary_data": true}}]}
            """;

        using var response = await RawAsync(model, json, raw);

        var body = await response.Content.ReadAsByteArrayAsync();
        var length = int.Parse(response.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture);
        var outputs = JsonNode.Parse(body.AsSpan(0, length))!["outputs"]!.AsArray();
        Assert.Equal("[true]", outputs[2]!["data"]!.ToJsonString());
        Assert.Equal([.. BitConverter.GetBytes(7L), .. Length(2), .. "ü"u8, .. BitConverter.GetBytes(double.NaN)], body[length..]);
    }

    [Fact]
    public async Task Half_precision_goes_as_raw_bytes_alone_and_all_outputs_can_be_asked_for_so()
    {
        var model = await hub.Ann.GivenServedModelAsync(new OnnxGraph().Input("x", ElementType.Float16, -1).Output("y", ElementType.Float16, -1).Node("Identity", ["x"], ["y"]).ToModel());
        const string text = """{"inputs": [{"name": "x", "shape": [2], "datatype": "FP16", "data": [1, 2]}]}""";
        const string json = """{"parameters": {"binary_data_output": true}, "inputs": [{"name": "x", "shape": [2], "datatype": "FP16", "parameters": {"binary_data_size": 4}}]}""";
        byte[] halves = [.. BitConverter.GetBytes((Half)1.5), .. BitConverter.GetBytes((Half)(-2))];

        var refused = await InferAsync(model, text);
        using var raw = await RawAsync(model, json, halves);

        Assert.Equal((400, "FP16 is not sent as JSON: use the binary data extension for input 'x'."), (refused.Status, (string?)refused.Json["error"]));
        var body = await raw.Content.ReadAsByteArrayAsync();
        Assert.Equal(("application/octet-stream", 4), (raw.Content.Headers.ContentType!.MediaType, body.Length - int.Parse(raw.Headers.GetValues("Inference-Header-Content-Length").Single(), System.Globalization.CultureInfo.InvariantCulture)));
        Assert.Equal(halves, body[^4..]);
    }

    [Theory]
    [InlineData("binary_data_size\": 8", 0, 12, "4 bytes behind the inputs belong to none of them")]
    [InlineData("binary_data_size\": 12", 0, 12, "has 1 elements of 8 bytes, 12 bytes were sent")]
    [InlineData("binary_data_size\": 8", 0, 4, "but 4 bytes are left")]
    [InlineData("binary_data_size\": 8", 1000, 8, "no length within the")]
    [InlineData("binary_data_size\": -1", 0, 8, "binary_data_size of -1")]
    [InlineData("binary_data_size\": 5", 0, 5, "The bytes of input 'text' end within element 0.")]
    public async Task Raw_bytes_that_do_not_add_up_are_refused(string size, int more, int sent, string words)
    {
        const string model = "raw-inference";
        if (!(await hub.Ann.ServingAsync(model)).ContainsKey("enabled"))
        {
            await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Echo);
            await hub.Ann.EnableServingAsync(model);
        }

        var isText = words.Contains("'text'", StringComparison.Ordinal);
        var json = $$$"""{"inputs": [{"name": "{{{(isText ? "text" : "whole")}}}", "shape": [1], "datatype": "{{{(isText ? "BYTES" : "INT64")}}}", "parameters": {"{{{size}}}}}]}""";
        using var answer = await RawAsync(model, json, [.. Enumerable.Repeat((byte)9, sent)], more);

        var text = await answer.Content.ReadAsStringAsync();
        Assert.True((int)answer.StatusCode == 400 && ((string?)JsonNode.Parse(text)!["error"])!.Contains(words, StringComparison.Ordinal), text);
    }

    public static TheoryData<string, string> Bad => new()
    {
        { "[]", "list of 'inputs'" },
        { "nonsense", "valid JSON" },
        { """{"inputs": [{"name": "z", "shape": [1, 1], "datatype": "FP32", "data": [1]}]}""", "Unexpected input 'z'" },
        { """{"inputs": [{"name": "a", "shape": [1, 1], "datatype": "FP64", "data": [1]}]}""", "is of datatype FP32, not FP64" },
        { """{"inputs": [{"name": "a", "shape": [1], "datatype": "FP32", "data": [1]}]}""", "does not match expected shape [-1, 1]" },
        { """{"inputs": [{"name": "a", "shape": [2, 1], "datatype": "FP32", "data": [1]}]}""", "has 2 elements, 1 were sent" },
        { """{"inputs": [{"name": "a", "shape": [1, 1], "datatype": "FP32", "data": [1, 2]}]}""", "more were sent" },
        { """{"inputs": [{"name": "a", "shape": [1, 1], "datatype": "FP32", "data": ["x"]}]}""", "could not convert" },
        { """{"inputs": [{"name": "a", "shape": [9000000000, 1], "datatype": "FP32", "data": [1]}]}""", "more than 50000000 elements" },
        { """{"inputs": [{"name": "a", "shape": [1, 1], "datatype": "FP32"}]}""", "has no data" },
        { """{"inputs": [{"name": "a", "shape": [1, 1], "datatype": "FP32", "parameters": {"binary_data_size": 4}}]}""", "but 0 bytes are left" },
        { """{"inputs": [{"name": "a", "shape": [1, 1], "datatype": "FP32", "data": [1]}]}""", "missing inputs ['b']" },
        { """{"inputs": [{"name": "a", "shape": [1, 1], "datatype": "FP32", "data": [1]}, {"name": "a", "shape": [1, 1], "datatype": "FP32", "data": [1]}, {"name": "b", "shape": [1, 1], "datatype": "FP32", "data": [1]}]}""", "Input 'a' was sent twice" },
    };

    [Theory]
    [MemberData(nameof(Bad))]
    public async Task What_does_not_fit_is_refused_in_the_protocols_form(string body, string words)
    {
        const string model = "bad-inference";
        if (!(await hub.Ann.ServingAsync(model)).ContainsKey("enabled"))
        {
            await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Sum);
            await hub.Ann.EnableServingAsync(model);
        }

        var answer = await InferAsync(model, body);

        Assert.Equal(400, answer.Status);
        Assert.Contains(words, (string?)answer.Json["error"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_model_and_an_unknown_version_are_not_there()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);

        var (absent, version) = (await InferAsync("no-such-model", "{}"), await hub.Ann.AskAsync(HttpMethod.Get, $"/v2/models/{model}/versions/9"));

        Assert.Equal((404, true), (absent.Status, absent.Json.ContainsKey("error")));
        Assert.Equal((404, true), (version.Status, version.Json.ContainsKey("error")));
    }

    private static readonly System.Text.Json.JsonSerializerOptions Legible = new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private Task<Answer> InferAsync(string model, string body) => hub.Ann.AskAsync(HttpMethod.Post, $"/v2/models/{model}/infer", body);

    /// <param name="more">By how much the JSON is said to be longer than it is.</param>
    private Task<HttpResponseMessage> RawAsync(string model, string json, byte[] raw, int more = 0)
    {
        var content = new ByteArrayContent([.. Encoding.UTF8.GetBytes(json), .. raw]);
        content.Headers.ContentType = new("application/octet-stream");
        HttpRequestMessage request = new(HttpMethod.Post, $"/v2/models/{model}/infer") { Content = content };
        request.Headers.Add("Inference-Header-Content-Length", $"{Encoding.UTF8.GetByteCount(json) + more}");
        return hub.Ann.SendAsync(request);
    }

    private static byte[] Length(int length)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, length);
        return bytes;
    }
}
