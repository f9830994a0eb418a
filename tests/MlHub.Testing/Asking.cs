using System.Net.Http.Json;
using System.Text;

namespace MlHub.Testing;

/// <summary>Sends calls whose answer, good or bad, is what a test looks at.</summary>
public static class Asking
{
    public static Task<Answer> PostedAsync(this HttpClient client, string path, object body) =>
        client.AskAsync(HttpMethod.Post, MlflowCalls.Api + path, body);

    public static Task<Answer> GotAsync(this HttpClient client, string pathAndQuery) =>
        client.AskAsync(HttpMethod.Get, MlflowCalls.Api + pathAndQuery);

    /// <summary>A text is sent as it is, anything else as its JSON.</summary>
    public static async Task<Answer> AskAsync(this HttpClient client, HttpMethod method, string pathAndQuery, object? body = null)
    {
        using var request = new HttpRequestMessage(method, pathAndQuery)
        {
            Content = body switch
            {
                null => null,
                HttpContent content => content,
                string text => new StringContent(text, Encoding.UTF8, "application/json"),
                _ => JsonContent.Create(body),
            },
        };
        return await Answer.OfAsync(await client.SendAsync(request));
    }

    public static async Task<Answer> UploadAsync(this HttpClient client, string experimentId, string runId, string path, byte[] bytes) =>
        await client.AskAsync(HttpMethod.Put, ArtifactUrl(experimentId, runId, path), new ByteArrayContent(bytes));

    public static string ArtifactUrl(string experimentId, string runId, string path) =>
        $"/api/2.0/mlflow-artifacts/artifacts/{experimentId}/{runId}/artifacts/{path}";
}
