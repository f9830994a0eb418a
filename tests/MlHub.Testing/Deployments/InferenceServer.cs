using System.Collections.Concurrent;
using System.Net;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace MlHub.Testing.Deployments;

/// <summary>A server of the Open Inference Protocol v2 with Triton's extension model_repository (docs/protocol/extension_model_repository.md), as far as deploying goes.</summary>
public sealed class InferenceServer : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentDictionary<string, int> _looks = new();

    private InferenceServer(WebApplication app) => _app = app;

    public string Url { get; private set; } = "";

    /// <summary>The models in its own repository.</summary>
    public HashSet<string> Repository { get; } = [];

    /// <summary>What is loaded: the model's file where it was sent, else nothing.</summary>
    public ConcurrentDictionary<string, byte[]> Loaded { get; } = new();

    /// <summary>How often a loaded model says that it is not ready yet.</summary>
    public int UnreadyLooks { get; set; } = 1;

    /// <summary>What it calls every model when it is asked to describe one; null for its name.</summary>
    public string? Describes { get; set; }

    public static async Task<InferenceServer> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Configuration.Sources.Clear();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(k => k.Listen(IPAddress.Loopback, 0));
        InferenceServer server = new(builder.Build());
        server._app.Run(server.AnswerAsync);
        await server._app.StartAsync();
        server.Url = server._app.Urls.Single();
        return server;
    }

    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var parts = context.Request.Path.Value!.Trim('/').Split('/');
        var (status, answer) = (context.Request.Method, parts) switch
        {
            ("GET", ["v2"]) => (200, new JsonObject { ["name"] = "triton", ["version"] = "2.50.0", ["extensions"] = new JsonArray("classification", "model_repository", "model_repository(unload_dependents)") }),
            ("GET", ["v2", "models", var model, "ready"]) => (Loaded.ContainsKey(model) && _looks.AddOrUpdate(model, 1, (_, n) => n + 1) > UnreadyLooks ? 200 : 400, []),
            ("GET", ["v2", "models", var model]) when Loaded.ContainsKey(model) => (200, new JsonObject { ["name"] = Describes ?? model, ["versions"] = new JsonArray("1"), ["platform"] = "onnxruntime_onnx", ["inputs"] = new JsonArray(), ["outputs"] = new JsonArray() }),
            ("POST", ["v2", "repository", "models", var model, "load"]) => Load(model, await ReadAsync(context.Request)),
            ("POST", ["v2", "repository", "models", var model, "unload"]) => (Loaded.TryRemove(model, out _) ? 200 : 400, []),
            _ => (404, new JsonObject { ["error"] = "Not Found" }),
        };
        (context.Response.StatusCode, context.Response.ContentType) = (status, "application/json");
        await (answer.Count == 0 ? Task.CompletedTask : context.Response.WriteAsync(answer.ToJsonString()));
    }

    private (int Status, JsonObject Answer) Load(string model, JsonObject request)
    {
        var sent = request["parameters"]?.AsObject().FirstOrDefault(p => p.Key.StartsWith("file:", StringComparison.Ordinal)).Value;
        if (sent is null && !Repository.Contains(model))
        {
            return (400, new() { ["error"] = $"failed to load '{model}', failed to poll from model repository" });
        }

        if (sent is not null && request["parameters"]!["config"] is null)
        {
            return (400, new() { ["error"] = "'config' parameter must be given with files" });
        }

        _looks.TryRemove(model, out _);
        Loaded[model] = sent is null ? [] : Convert.FromBase64String((string)sent!);
        return (200, []);
    }

    private static async Task<JsonObject> ReadAsync(HttpRequest request)
    {
        using StreamReader reader = new(request.Body);
        return await reader.ReadToEndAsync() is { Length: > 0 } text ? JsonNode.Parse(text)!.AsObject() : [];
    }
}
