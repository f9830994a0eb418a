using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace MlHub.Demo.Mlflow;

/// <summary>Sends requests to one server as one user and turns its refusals into <see cref="MlflowException"/>.</summary>
internal sealed class MlflowTransport : IDisposable
{
    private readonly HttpClient _http;

    public MlflowTransport(Uri server, AuthenticationHeaderValue credentials, HttpMessageHandler? handler)
    {
        _http = handler is null ? new HttpClient() : new HttpClient(handler, disposeHandler: false);
        // Relative addresses only keep a path such as https://host/mlhub if it ends in a slash.
        _http.BaseAddress = new Uri(server.AbsoluteUri.TrimEnd('/') + "/");
        _http.DefaultRequestHeaders.Authorization = credentials;
    }

    public Task<TAnswer> GetAsync<TAnswer>(string path, CancellationToken cancellation) =>
        SendAsync<TAnswer>(new HttpRequestMessage(HttpMethod.Get, path), cancellation);

    public Task<TAnswer> PostAsync<TAnswer>(string path, object message, CancellationToken cancellation) =>
        SendAsync<TAnswer>(HttpMethod.Post, path, message, cancellation);

    public Task PatchAsync(string path, object message, CancellationToken cancellation) =>
        SendAsync<JsonElement>(HttpMethod.Patch, path, message, cancellation);

    private Task<TAnswer> SendAsync<TAnswer>(HttpMethod method, string path, object message, CancellationToken cancellation)
    {
        var body = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(message, message.GetType(), MlflowJson.Options));
        body.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return SendAsync<TAnswer>(new HttpRequestMessage(method, path) { Content = body }, cancellation);
    }

    public Task PostAsync(string path, object message, CancellationToken cancellation) =>
        PostAsync<JsonElement>(path, message, cancellation);

    public Task PutAsync(string path, byte[] content, CancellationToken cancellation) =>
        SendAsync<JsonElement>(new HttpRequestMessage(HttpMethod.Put, path) { Content = new ByteArrayContent(content) }, cancellation);

    public void Dispose() => _http.Dispose();

    private async Task<TAnswer> SendAsync<TAnswer>(HttpRequestMessage request, CancellationToken cancellation)
    {
        using (request)
        using (HttpResponseMessage response = await _http.SendAsync(request, cancellation))
        {
            byte[] body = await response.Content.ReadAsByteArrayAsync(cancellation);
            if (!response.IsSuccessStatusCode)
            {
                throw Refusal(response.StatusCode, request, body);
            }

            return Read<TAnswer>(body) ?? throw new MlflowException(response.StatusCode, "NO_ANSWER", $"{request.RequestUri} answered with something other than MLflow's JSON.");
        }
    }

    private static MlflowException Refusal(HttpStatusCode status, HttpRequestMessage request, byte[] body)
    {
        ErrorAnswer? error = Read<ErrorAnswer>(body);
        return new MlflowException(
            status,
            error?.ErrorCode ?? status.ToString(),
            error?.Message ?? $"{request.Method} {request.RequestUri} was refused.");
    }

    private static TAnswer? Read<TAnswer>(byte[] body)
    {
        try
        {
            return JsonSerializer.Deserialize<TAnswer>(body, MlflowJson.Options);
        }
        catch (JsonException)
        {
            return default;
        }
    }
}
