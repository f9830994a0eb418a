using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace MlHub.Testing;

/// <summary>Speaks MLflow's REST API in plain JSON, as any client would.</summary>
public static class MlflowCalls
{
    public const string Api = "/api/2.0/mlflow";

    public static async Task<JsonObject> CallAsync(this HttpClient client, string path, object body)
    {
        var response = await client.PostAsJsonAsync(Api + path, body);
        var text = await response.Content.ReadAsStringAsync();
        return response.IsSuccessStatusCode
            ? JsonNode.Parse(text)!.AsObject()
            : throw new HttpRequestException($"{path} answered {(int)response.StatusCode}: {text}", null, response.StatusCode);
    }

    public static async Task<JsonObject> ReadAsync(this HttpClient client, string pathAndQuery) =>
        JsonNode.Parse(await client.GetStringAsync(Api + pathAndQuery))!.AsObject();

    public static async Task<string> GivenExperimentAsync(this HttpClient client, string name = "prices") =>
        (string)(await client.CallAsync("/experiments/create", new { name }))["experiment_id"]!;

    public static async Task<string> GivenRunAsync(this HttpClient client, string experimentId, string? name = null) =>
        (string)(await client.CallAsync("/runs/create", new { experiment_id = experimentId, run_name = name, start_time = 1_700_000_000_000 }))["run"]!["info"]!["run_id"]!;

    /// <summary>Status, error_code and message of a call that should be refused.</summary>
    public static async Task<(int Status, string? Code, string? Message)> RefusalAsync(this Task<HttpResponseMessage> sending)
    {
        using var response = await sending;
        var json = JsonNode.Parse(await response.Content.ReadAsStringAsync())?.AsObject();
        return ((int)response.StatusCode, (string?)json?["error_code"], (string?)json?["message"]);
    }

    public static Task<HttpResponseMessage> SendAsync(this HttpClient client, string path, object body) => client.PostAsJsonAsync(Api + path, body);
}
