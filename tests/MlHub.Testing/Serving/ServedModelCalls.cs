using System.Text.Json.Nodes;

namespace MlHub.Testing.Serving;

/// <summary>Registers models that can be served, as MLflow's client does, and waits for them.</summary>
public static class ServedModelCalls
{
    /// <summary>The signature of <see cref="OnnxModels.Sum"/>.</summary>
    public const string TwoDoubles = """[{"type": "double", "name": "a", "required": true}, {"type": "double", "name": "b", "required": true}]""";

    public const string Example = """{"columns": ["a", "b"], "data": [[1.5, 2.0]]}""";

    /// <summary>A version of the model, which is made where there is none; its number.</summary>
    public static async Task<string> GivenOnnxVersionAsync(this HttpClient client, string model, byte[] onnx, string? inputs = null, string? example = null, string flavour = "onnx", string? parameters = null, byte[]? weights = null)
    {
        var experiment = await client.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var run = await client.GivenRunAsync(experiment);
        await UploadAsync(client, experiment, run, "model/model.onnx", onnx);
        await UploadAsync(client, experiment, run, "model/MLmodel", System.Text.Encoding.UTF8.GetBytes(ModelFile(flavour, inputs, parameters, example is not null)));
        if (weights is not null)
        {
            await UploadAsync(client, experiment, run, "model/weights/w.bin", weights);
        }

        if (example is not null)
        {
            await UploadAsync(client, experiment, run, "model/input_example.json", System.Text.Encoding.UTF8.GetBytes(example));
        }

        await client.PostedAsync("/registered-models/create", new { name = model });
        return (string)(await client.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run }))["model_version"]!["version"]!;
    }

    /// <summary>A model that is served, with one version.</summary>
    public static async Task<string> GivenServedModelAsync(this HttpClient client, byte[] onnx, string? inputs = null, string? example = null, string? parameters = null)
    {
        var model = $"m-{Guid.NewGuid():N}";
        await client.GivenOnnxVersionAsync(model, onnx, inputs, example, parameters: parameters);
        await client.EnableServingAsync(model);
        return model;
    }

    public static async Task EnableServingAsync(this HttpClient client, string model)
    {
        var answer = await client.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/enable", new { name = model });
        if (answer.Status != 200)
        {
            throw new HttpRequestException($"serving/enable answered {answer.Status}: {answer.Text}");
        }
    }

    public static async Task<JsonObject> ServingAsync(this HttpClient client, string model) =>
        (await client.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/serving/get?name={model}")).Json;

    /// <summary>What serving/get says of a version.</summary>
    public static async Task<JsonNode> ServedVersionAsync(this HttpClient client, string model, string version = "1") =>
        (await client.ServingAsync(model))["versions"]!.AsArray().Single(v => (string)v!["version"]! == version)!;

    public static Task<Answer> InvokeAsync(this HttpClient client, string model, string selector, object body) =>
        client.AskAsync(HttpMethod.Post, $"/model/{model}/{selector}/invocations", body);

    /// <summary>How the model's processes are run, by the fields of serving/settings.</summary>
    public static async Task SettleAsync(this HttpClient client, string model, object settings)
    {
        var body = System.Text.Json.JsonSerializer.SerializeToNode(settings)!.AsObject();
        body["name"] = model;
        var answer = await client.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/settings", body);
        if (answer.Status != 200)
        {
            throw new HttpRequestException($"serving/settings answered {answer.Status}: {answer.Text}");
        }
    }

    public static Task MoveAsync(this HttpClient client, string model, string version, string stage, bool archive = false) =>
        client.CallAsync("/model-versions/transition-stage", new { name = model, version, stage, archive_existing_versions = archive });

    private static async Task UploadAsync(HttpClient client, string experiment, string run, string path, byte[] bytes)
    {
        if (await client.UploadAsync(experiment, run, path, bytes) is { Status: not 200 } refused)
        {
            throw new HttpRequestException($"{path} was answered {refused.Status}: {refused.Text}");
        }
    }

    private static string ModelFile(string flavour, string? inputs, string? parameters, bool hasExample) => $$"""
        flavors:
          {{flavour}}:
            data: model.onnx
          python_function:
            loader_module: mlflow.{{flavour}}
        {{(inputs is null ? "" : $"signature:\n  inputs: '{inputs}'\n{(parameters is null ? "" : $"  params: '{parameters}'\n")}")}}
        {{(hasExample ? "saved_input_example_info:\n  artifact_path: input_example.json\n  type: dataframe\n" : "")}}
        """;
}
