using System.Text;
using System.Text.Json.Nodes;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving.Python;

/// <summary>Models of Python flavours answer in every form of both protocols, with what their library computes in a process of its own.</summary>
public sealed class PythonPredictionTests(PythonHub hub) : IClassFixture<PythonHub>
{
    private static readonly string[] Houses = ["city", "beds", "sqft"], Numbers = ["beds", "sqft"];

    [Theory]
    [InlineData("regressor", true)]
    [InlineData("classifier", true)]
    [InlineData("probabilities", true)]
    [InlineData("booster", false)]
    [InlineData("xgbclassifier", false)]
    public async Task Rows_are_predicted_to_the_last_bit(string name, bool isHouses)
    {
        var answer = await hub.Ann.InvokeAsync(await hub.ModelAsync(name), "1", new { dataframe_split = new { columns = isHouses ? Houses : Numbers, data = PythonModels.Rows(name) } });

        Assert.True(answer.Status == 200, answer.Text);
        AssertSame(PythonModels.Expected(name), answer.Json["predictions"]!.AsArray(), isSingle: name == "booster");
    }

    [Fact]
    public async Task Tensors_are_predicted_to_the_last_bit()
    {
        var answer = await hub.Ann.InvokeAsync(await hub.ModelAsync("torchscript"), "1", new { inputs = PythonModels.Rows("torchscript") });

        AssertSame(PythonModels.Expected("torchscript"), answer.Json["predictions"]!.AsArray(), isSingle: true);
    }

    [Fact]
    public async Task Every_form_of_rows_is_understood()
    {
        string[] forms =
        [
            """{"dataframe_split": {"columns": ["sqft", "extra", "city", "beds"], "data": [[1500.5, true, "Davis", 3], [900, null, "Elk Grove", 2.0]]}}""",
            """{"dataframe_records": [{"beds": 3, "sqft": 1500.5, "city": "Davis"}, {"city": "Elk Grove", "beds": 2, "sqft": 900}]}""",
            """{"instances": [{"beds": 3, "sqft": 1500.5, "city": "Davis"}, {"city": "Elk Grove", "beds": 2, "sqft": 900}]}""",
            """{"inputs": {"city": ["Davis", "Elk Grove"], "beds": [3, 2], "sqft": [1500.5, 900]}}""",
            """{"inputs": [["Davis", 3, 1500.5], ["Elk Grove", 2, 900]]}""",
        ];
        var model = await hub.ModelAsync("regressor");
        var first = await hub.Ann.InvokeAsync(model, "1", forms[0]);

        Assert.Equal((200, 2), (first.Status, first.Json["predictions"]!.AsArray().Count));
        foreach (var form in forms)
        {
            Assert.Equal(first.Text, (await hub.Ann.InvokeAsync(model, "1", form)).Text);
        }

        Assert.Equal(first.Text, (await hub.Ann.InvokeAsync(model, "1", new StringContent("beds,city,sqft\n3,Davis,1500.5\n2,Elk Grove,900\n", Encoding.UTF8, "text/csv"))).Text);
        Assert.Null((string?)(await hub.Ann.ServedVersionAsync(model))["example_refusal"]);
    }

    [Fact]
    public async Task The_open_inference_protocol_takes_columns()
    {
        var model = await hub.ModelAsync("regressor");
        var expected = await hub.Ann.InvokeAsync(model, "1", """{"inputs": [["Davis", 3, 1500.5], ["Elk Grove", 2, 900]]}""");

        var described = await hub.Ann.AskAsync(HttpMethod.Get, $"/v2/models/{model}");
        var columns = await InferAsync(model, """
            {"id": "x", "inputs": [{"name": "city", "datatype": "BYTES", "shape": [2, 1], "data": ["Davis", "Elk Grove"]}, {"name": "beds", "datatype": "INT64", "shape": [2, 1], "data": [[3], [2]]},
             {"name": "sqft", "datatype": "FP64", "shape": [2], "data": [1500.5, 900]}], "outputs": [{"name": "output-0"}]}
            """);

        Assert.Equal("sklearn", (string?)described.Json["platform"]);
        Assert.Equal("""[{"name":"city","datatype":"BYTES","shape":[-1,1]},{"name":"beds","datatype":"INT64","shape":[-1,1]},{"name":"sqft","datatype":"FP64","shape":[-1,1]}]""", described.Json["inputs"]!.ToJsonString());
        Assert.Equal("""[{"name":"output-0","datatype":"FP64","shape":[-1]}]""", described.Json["outputs"]!.ToJsonString());
        Assert.True(columns.Status == 200, columns.Text);
        Assert.Equal(expected.Json["predictions"]!.ToJsonString(), columns.Json["outputs"]![0]!["data"]!.ToJsonString());
        Assert.Equal(("x", "1", "FP64", "[2]"), ((string?)columns.Json["id"], (string?)columns.Json["model_version"], (string?)columns.Json["outputs"]![0]!["datatype"], columns.Json["outputs"]![0]!["shape"]!.ToJsonString()));

        var (unknown, missing) = (await InferAsync(model, """{"inputs": [], "outputs": [{"name": "y"}]}"""), await InferAsync(model, """{"inputs": [{"name": "beds", "datatype": "INT64", "shape": [1], "data": [1]}]}"""));
        Assert.Equal([400, 400], [unknown.Status, missing.Status]);
        Assert.Equal("The model is missing inputs ['city', 'sqft'].", (string?)missing.Json["error"]);
    }

    [Fact]
    public async Task TorchScript_takes_and_gives_tensors()
    {
        var (net, two) = (await hub.ModelAsync("torchscript"), await hub.ModelAsync("two"));
        var first = PythonModels.Rows("torchscript")[0]!;

        var inferred = await InferAsync(net, $$"""{"inputs": [{"name": "input-0", "datatype": "FP32", "shape": [1, 4], "data": {{first.ToJsonString()}}}]}""");
        var frame = await hub.Ann.InvokeAsync(net, "1", new { dataframe_split = new { data = new[] { first } } });
        var both = await hub.Ann.InvokeAsync(two, "1", """{"inputs": {"a": [1, 2], "b": [3, 0.5]}}""");
        var chosen = await InferAsync(two, """
            {"inputs": [{"name": "a", "datatype": "FP32", "shape": [2], "data": [1, 2]}, {"name": "b", "datatype": "FP32", "shape": [2], "data": [3, 0.5]}], "outputs": [{"name": "product"}]}
            """);
        var wrong = await hub.Ann.InvokeAsync(net, "1", """{"inputs": [[1, 2, 3]]}""");

        Assert.True(inferred.Status == 200, inferred.Text);
        AssertSame(PythonModels.Expected("torchscript")[0]!.AsArray(), inferred.Json["outputs"]![0]!["data"]!.AsArray(), isSingle: true);
        AssertSame(PythonModels.Expected("torchscript")[0]!.AsArray(), frame.Json["predictions"]![0]!.AsArray(), isSingle: true);
        Assert.Equal("""{"predictions":{"sum":[4,2.5],"product":[3,1]}}""", both.Text);
        Assert.Equal("""[{"name":"product","shape":[2],"datatype":"FP32","data":[3,1]}]""", chosen.Json["outputs"]!.ToJsonString());
        Assert.Equal("pytorch_torchscript", (string?)(await hub.Ann.AskAsync(HttpMethod.Get, $"/v2/models/{net}")).Json["platform"]);
        Assert.Contains("Shape of input (1, 3) does not match expected shape (-1, 4).", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_signature_a_model_takes_what_it_can()
    {
        var model = await hub.ModelAsync("joblib");
        var rows = PythonModels.Rows("joblib");

        var answers = new[]
        {
            await hub.Ann.InvokeAsync(model, "1", new { inputs = rows.DeepClone() }),
            await hub.Ann.InvokeAsync(model, "1", new { instances = rows.DeepClone() }),
            await hub.Ann.InvokeAsync(model, "1", new { dataframe_split = new { data = rows.DeepClone() } }),
        };
        var inferred = await InferAsync(model, $$"""{"inputs": [{"name": "anything", "datatype": "FP64", "shape": [2, 2], "data": {{rows.ToJsonString()}}}]}""");

        Assert.All(answers, a => AssertSame(PythonModels.Expected("joblib"), a.Json["predictions"]!.AsArray(), isSingle: false));
        AssertSame(PythonModels.Expected("joblib"), inferred.Json["outputs"]![0]!["data"]!.AsArray(), isSingle: false);
        Assert.Equal(400, (await hub.Ann.InvokeAsync(model, "1", """{"inputs": [[1, 2, 3]]}""")).Status);
    }

    [Fact]
    public async Task The_signature_is_enforced_before_the_model_is_asked()
    {
        var model = await hub.ModelAsync("regressor");

        var missing = await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"beds": 1, "rooms": 2}]}""");
        var wrong = await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"city": "Davis", "beds": 1.5, "sqft": 2}]}""");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (missing.Status, missing.Code));
        Assert.Contains("Model is missing inputs ['city', 'sqft']. Note that there were extra inputs: ['rooms'].", missing.Message, StringComparison.Ordinal);
        Assert.Contains("Failed to convert column beds to type 'int64'", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Params_and_what_is_missing_reach_the_model()
    {
        var model = await hub.ModelAsync("obedient");

        Assert.Equal("""{"predictions":[2.0]}""", (await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"do": "factor"}]}""")).Text);
        Assert.Equal("""{"predictions":[0.5]}""", (await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"do": "factor"}], "params": {"factor": 0.5, "other": 1}}""")).Text);
        Assert.Equal("""{"predictions":[true]}""", (await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"do": "missing", "with": null}]}""")).Text);
        Assert.Equal("""{"predictions":[null,null,{"a":[1,null]}]}""", (await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"do": "nothing"}]}""")).Text);
        Assert.Equal("""{"predictions":["é\"\n", "b"]}""".Replace(", ", ",", StringComparison.Ordinal), (await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"do": "é\"\n"}, {"do": "b"}]}""")).Text);
        Assert.Equal(400, (await hub.Ann.InvokeAsync(model, "1", """{"dataframe_records": [{"do": "factor"}], "params": {"factor": "much"}}""")).Status);
    }

    private Task<Answer> InferAsync(string model, string body) => hub.Ann.AskAsync(HttpMethod.Post, $"/v2/models/{model}/infer", body);

    private static void AssertSame(JsonArray expected, JsonArray served, bool isSingle)
    {
        Assert.NotEmpty(expected);
        Assert.Equal(expected.Count, served.Count);
        for (var i = 0; i < expected.Count; i++)
        {
            if (expected[i] is JsonArray inner)
            {
                AssertSame(inner, served[i]!.AsArray(), isSingle);
            }
            else if (expected[i]!.GetValueKind() == System.Text.Json.JsonValueKind.String)
            {
                Assert.Equal((string?)expected[i], (string?)served[i]);
            }
            else if (isSingle)
            {
                Assert.Equal(BitConverter.SingleToInt32Bits((float)expected[i]!), BitConverter.SingleToInt32Bits((float)served[i]!));
            }
            else
            {
                Assert.Equal(BitConverter.DoubleToInt64Bits((double)expected[i]!), BitConverter.DoubleToInt64Bits((double)served[i]!));
            }
        }
    }
}
