using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Builder;
using ModelGate;

namespace Samples.Tests;

/// <summary>ModelGate on a port of its own, and whoever signs deliveries for it.</summary>
public sealed class RunningGate : IAsyncDisposable
{
    public const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

    private readonly WebApplication _app;
    private readonly HttpClient _http;

    private RunningGate(WebApplication app)
    {
        _app = app;
        _http = new() { BaseAddress = new(app.Urls.First()) };
    }

    public static async Task<RunningGate> StartAsync(Uri hub, string token, params string[] settings)
    {
        var app = GateApp.Build(["--Urls=http://127.0.0.1:0", $"--Gate:Hub={hub}", $"--Gate:Token={token}", $"--Gate:Secret={Secret}", "--Gate:FirstPauseSeconds=0.02", "--Logging:LogLevel:Default=Warning", .. settings.Select(s => $"--Gate:{s}")]);
        await app.StartAsync();
        return new(app);
    }

    /// <summary>As MlHub tells of a new version.</summary>
    public static string Created(string model, int version, string action = "created") => $$"""
        {"entity":"model_version","action":"{{action}}","timestamp":"2026-11-30T12:00:00Z","data":{"name":"{{model}}","version":"{{version}}","source":"s3://x","run_id":null,"tags":{},"description":""},"type":"model_version.{{action}}"}
        """;

    public Task<Answer> DeliverAsync(string body, string? id = null, DateTimeOffset? at = null, string secret = Secret) =>
        SendAsync(body, id ??= $"msg_{Guid.NewGuid():N}", Seconds(at), Sign(secret, id, Seconds(at), body));

    /// <summary>With whatever signature.</summary>
    public async Task<Answer> SendAsync(string body, string id, string timestamp, string signature)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/webhook") { Content = new StringContent(body, Encoding.UTF8, new MediaTypeHeaderValue("application/json")) };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", timestamp);
        request.Headers.TryAddWithoutValidation("webhook-signature", signature);
        return await Answer.OfAsync(await _http.SendAsync(request));
    }

    public static string Seconds(DateTimeOffset? at = null) => $"{(at ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds()}";

    public static string Sign(string secret, string id, string timestamp, string body) =>
        "v1," + Convert.ToBase64String(HMACSHA256.HashData(Convert.FromBase64String(secret["whsec_".Length..]), Encoding.UTF8.GetBytes($"{id}.{timestamp}.{body}")));

    public async ValueTask DisposeAsync()
    {
        _http.Dispose();
        await _app.StopAsync();
        await _app.DisposeAsync();
    }
}
