using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Registry;

/// <summary>Speaks the registry's REST API, as any client would.</summary>
public static class RegistryCalls
{
    public static async Task<string> GivenModelAsync(this HttpClient client, string? name = null)
    {
        name ??= $"m-{Guid.NewGuid():N}";
        await client.CallAsync("/registered-models/create", new { name });
        return name;
    }

    /// <summary>A new version; of a plain remote address where no source is named.</summary>
    public static async Task<JsonNode> GivenVersionAsync(this HttpClient client, string model, string source = "s3://bucket/model", string? run_id = null) =>
        (await client.CallAsync("/model-versions/create", new { name = model, source, run_id }))["model_version"]!;

    public static Task<Answer> DeletedAsync(this HttpClient client, string path, object body) =>
        client.AskAsync(HttpMethod.Delete, MlflowCalls.Api + path, body);

    public static Task<Answer> PatchedAsync(this HttpClient client, string path, object body) =>
        client.AskAsync(HttpMethod.Patch, MlflowCalls.Api + path, body);
}
