using System.Text.Json.Nodes;

namespace MlHub.Testing.Serving;

/// <summary>Has requests kept, and waits for those that are.</summary>
public static class CaptureCalls
{
    private const string Api = "/api/2.0/mlhub/serving";

    public static async Task<JsonObject> SetCaptureAsync(this HttpClient client, string model, double share = 100, int days = 7, params string[] redacted)
    {
        var answer = await client.AskAsync(HttpMethod.Post, $"{Api}/capture", new { name = model, share, days, redacted_columns = redacted });
        return answer.Status == 200 ? answer.Json : throw new HttpRequestException($"serving/capture answered {answer.Status}: {answer.Text}");
    }

    public static async Task<JsonObject> CaptureAsync(this HttpClient client, string model) =>
        (await client.AskAsync(HttpMethod.Get, $"{Api}/capture?name={model}")).Json;

    public static async Task<JsonArray> CapturedAsync(this HttpClient client, string model, int max = 200) =>
        (await client.AskAsync(HttpMethod.Get, $"{Api}/captured?name={model}&max_results={max}")).Json["requests"]!.AsArray();

    /// <summary>Waits until so many are kept; they are stored shortly after they were answered.</summary>
    public static async Task<JsonArray> CapturedAsync(this HttpClient client, string model, Func<int, bool> until)
    {
        await Eventually.TrueAsync(async () => until((int)(await client.CaptureAsync(model))["requests"]!));
        return await client.CapturedAsync(model);
    }
}
