using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Values;
using MlHub.Serving;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Speech, text and wake-word models that others trained, asked in every form that fits them: what comes over HTTP is what the runtime computes, to the last bit.</summary>
public sealed class RealModelTests(SharedHub hub) : IClassFixture<SharedHub>
{
    public static TheoryData<string, string> Models => new()
    {
        { "silero_vad_legacy.onnx", "input 3 512, sr = 16000, h 2 3 64, c 2 3 64" },
        { "silero_vad_v6.onnx", "input 2 512, state 2 2 128, sr = 16000" },
        { "ch_PP-OCRv4_rec_infer.onnx", "x 2 3 48 64" },
        { "ch_PP-OCRv4_det_infer.onnx", "x 1 3 64 96" },
        { "ch_ppocr_mobile_v2.0_cls_infer.onnx", "x 2 3 48 64" },
        { "embedding_model.onnx", "input_1 3 76 32 1" },
        { "melspectrogram.onnx", "input 1 1760" },
        { "hey_jarvis_v0.1.onnx", "x.1 1 16 96" },
        { "timer_v0.1.onnx", "onnx::Flatten_0 1 34 96" },
    };

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Every_form_is_answered_with_the_runtimes_own_bits(string file, string inputs)
    {
        using var session = Open(file);
        var (sent, outputs) = (RealModels.Noise(session, inputs), session.Outputs.Select(o => o.Name).ToArray());
        var expected = outputs.Zip(session.Run([.. sent.Select(t => KeyValuePair.Create<string, ModelValue>(t.Key, t.Value))], outputs).Cast<Tensor>()).ToDictionary(o => o.First, o => o.Second);
        var model = await hub.Ann.GivenServedModelAsync(await File.ReadAllBytesAsync(RealModels.PathOf(file)), RealModels.SignatureOf(session.Inputs));

        foreach (var form in Forms(sent))
        {
            var answer = await hub.Ann.InvokeAsync(model, "1", form);
            Assert.True(answer.Status == 200, $"{form[..Math.Min(form.Length, 60)]} was answered {answer.Text[..Math.Min(answer.Text.Length, 2000)]}");
            var predictions = answer.Json["predictions"]!.AsObject();
            Assert.Equal(outputs, predictions.Select(p => p.Key));
            Assert.All(predictions, p => AssertSame(expected[p.Key], TensorJson.Read(p.Value!)));
        }

        foreach (var nested in new[] { false, true })
        {
            var answer = await hub.Ann.AskAsync(HttpMethod.Post, $"/v2/models/{model}/infer", Inference(sent, t => $"\"data\": {(nested ? TensorJson.Nested(t) : TensorJson.Flat(t))}"));
            Assert.Equal(200, answer.Status);
            AssertSame(expected, answer.Json, []);
        }

        foreach (var binaryOut in new[] { false, true })
        {
            var (json, raw) = await InferRawAsync(model, sent, binaryOut);
            AssertSame(expected, json, raw);
            Assert.Equal(binaryOut, raw.Length > 0);
        }
    }

    [Fact]
    public async Task A_state_that_goes_back_and_forth_as_json_loses_nothing()
    {
        const string file = "silero_vad_v6.onnx";
        using var session = Open(file);
        var model = await hub.Ann.GivenServedModelAsync(await File.ReadAllBytesAsync(RealModels.PathOf(file)));
        var sound = RealModels.Noise(session, "input 3 512")[0].Value;
        var (bare, served) = (Tensor.Of(ElementType.Float, [2, 1, 128]), TensorJson.Nested(Tensor.Of(ElementType.Float, [2, 1, 128])));

        for (var frame = 0; frame < 3; frame++)
        {
            var samples = new Tensor(ElementType.Float, [1, 512], ((float[])sound.Data)[(frame * 512)..((frame + 1) * 512)]);
            var values = session.Run([new("input", samples), new("state", bare), new("sr", new Tensor(ElementType.Int64, [], new[] { 16000L }))], ["output", "stateN"]);
            bare = (Tensor)values[1];

            var answer = await hub.Ann.InvokeAsync(model, "1", $$"""{"inputs": {"input": [{{TensorJson.Row(sound, frame)}}], "state": {{served}}, "sr": 16000} }""");
            served = answer.Json["predictions"]!["stateN"]!.ToJsonString();

            AssertSame((Tensor)values[0], TensorJson.Read(answer.Json["predictions"]!["output"]!));
        }

        AssertSame(bare, TensorJson.Read(JsonNode.Parse(served)!));
    }

    private OrtSession Open(string file)
    {
        OrtRuntime.Start(hub.Services.GetRequiredService<ServingSettings>().Library!);
        return new(RealModels.PathOf(file));
    }

    /// <summary>By name; as the only tensor; row by row where all have as many rows.</summary>
    private static IEnumerable<string> Forms(List<KeyValuePair<string, Tensor>> sent)
    {
        yield return $$"""{"inputs": {{Named(sent, TensorJson.Nested)}} }""";
        if (sent is [(_, var only)])
        {
            var rows = string.Join(", ", Enumerable.Range(0, (int)only.Shape[0]).Select(row => Named(sent, t => TensorJson.Row(t, row))));
            yield return $$"""{"inputs": {{TensorJson.Nested(only)}} }""";
            yield return $$"""{"instances": {{TensorJson.Nested(only)}} }""";
            yield return $$"""{"instances": [{{rows}}]}""";
        }
    }

    private static string Named(IEnumerable<KeyValuePair<string, Tensor>> tensors, Func<Tensor, string> write) =>
        $"{{{string.Join(", ", tensors.Select(t => $"{JsonSerializer.Serialize(t.Key)}: {write(t.Value)}"))}}}";

    private static string Inference(IEnumerable<KeyValuePair<string, Tensor>> tensors, Func<Tensor, string> data, string rest = "") => $$"""
        {"inputs": [{{string.Join(", ", tensors.Select(t =>
            $$"""{"name": {{JsonSerializer.Serialize(t.Key)}}, "datatype": "{{t.Value.Type.ToInference()}}", "shape": [{{string.Join(", ", t.Value.Shape)}}], {{data(t.Value)}}}"""))}}]{{rest}} }
        """;

    private async Task<(JsonObject Json, byte[] Raw)> InferRawAsync(string model, List<KeyValuePair<string, Tensor>> sent, bool binaryOut)
    {
        var json = Encoding.UTF8.GetBytes(Inference(
            sent, t => $$"""
            "parameters": {"binary_data_size": {{TensorJson.Raw(t).Length}}}
            """, binaryOut ? """, "parameters": {"binary_data_output": true}""" : ""));
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/models/{model}/versions/1/infer") { Content = new ByteArrayContent([.. json, .. sent.SelectMany(t => TensorJson.Raw(t.Value))]) };
        request.Headers.Add("Inference-Header-Content-Length", $"{json.Length}");
        using var response = await hub.Ann.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        Assert.True(response.IsSuccessStatusCode, Encoding.UTF8.GetString(body));
        var length = response.Headers.TryGetValues("Inference-Header-Content-Length", out var named) ? int.Parse(named.Single(), CultureInfo.InvariantCulture) : body.Length;
        return (JsonNode.Parse(body.AsSpan(0, length))!.AsObject(), body[length..]);
    }

    private static void AssertSame(Dictionary<string, Tensor> expected, JsonObject answer, byte[] raw)
    {
        var outputs = answer["outputs"]!.AsArray();
        Assert.Equal(expected.Keys, outputs.Select(o => (string)o!["name"]!));
        var at = 0;
        foreach (var output in outputs)
        {
            Assert.Equal("FP32", (string?)output!["datatype"]);
            long[] shape = [.. output["shape"]!.AsArray().Select(d => (long)d!)];
            float[] values;
            if (output["data"] is { } data)
            {
                values = TensorJson.Read(data).Values;
            }
            else
            {
                values = new float[(int)output["parameters"]!["binary_data_size"]! / sizeof(float)];
                Buffer.BlockCopy(raw, at, values, 0, values.Length * sizeof(float));
                at += values.Length * sizeof(float);
            }

            AssertSame(expected[(string)output["name"]!], (shape, values));
        }

        Assert.Equal(raw.Length, at);
    }

    private static void AssertSame(Tensor expected, (long[] Shape, float[] Values) served)
    {
        Assert.Equal(expected.Shape, served.Shape);
        Assert.Equal(((float[])expected.Data).Select(BitConverter.SingleToInt32Bits), served.Values.Select(BitConverter.SingleToInt32Bits));
    }
}
