using System.Text.Json.Nodes;

namespace MlHub.Testing;

/// <summary>Speaks the calls of logged models as an MLflow 3 client would.</summary>
public static class LoggedModelCalls
{
    /// <summary>A new logged model's id.</summary>
    public static async Task<string> GivenLoggedModelAsync(
        this HttpClient client, string experimentId, string? name = null, string? run = null, string? type = null,
        (string Key, string Value)[]? @params = null, (string Key, string Value)[]? tags = null)
    {
        var created = await client.CallAsync("/logged-models", new
        {
            experiment_id = experimentId,
            name,
            source_run_id = run,
            model_type = type,
            @params = @params?.Select(p => new { key = p.Key, value = p.Value }),
            tags = tags?.Select(t => new { key = t.Key, value = t.Value }),
        });
        return (string)created["model"]!["info"]!["model_id"]!;
    }

    public static async Task<JsonNode> LoggedModelAsync(this HttpClient client, string modelId) => (await client.ReadAsync($"/logged-models/{modelId}"))["model"]!;

    public static Task<Answer> UploadOfModelAsync(this HttpClient client, string experimentId, string modelId, string path, byte[] bytes) =>
        client.AskAsync(HttpMethod.Put, ModelArtifactUrl(experimentId, modelId, path), new ByteArrayContent(bytes));

    public static string ModelArtifactUrl(string experimentId, string modelId, string path) =>
        $"/api/2.0/mlflow-artifacts/artifacts/{experimentId}/models/{modelId}/artifacts/{path}";

    /// <summary>Logs one point that a run measured of a model.</summary>
    public static Task<JsonObject> GivenModelMetricAsync(
        this HttpClient client, string run, string modelId, string key, double value, long timestamp = 1, long step = 0, string? dataset = null, string? digest = null) =>
        client.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { new { key, value, timestamp, step, model_id = modelId, dataset_name = dataset, dataset_digest = digest } },
        });

    /// <summary>The names of the models that a search finds, in its order.</summary>
    public static async Task<string[]> FoundModelsAsync(this HttpClient client, object search) =>
        [.. ((await client.CallAsync("/logged-models/search", search))["models"]?.AsArray() ?? []).Select(m => (string)m!["info"]!["name"]!)];
}
