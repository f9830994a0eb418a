using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Samples.Tests;

/// <summary>One call that the hub was sent.</summary>
public sealed record SentToHub(string Name, JsonObject Body);

/// <summary>A hub that says what a test wants, and remembers what it was asked.</summary>
public sealed class ScriptedHub : IAsyncDisposable
{
    private readonly WebApplication _app;
    private readonly ConcurrentQueue<SentToHub> _calls = new();
    private int _away;

    private ScriptedHub(WebApplication app) => _app = app;

    public Uri Address => new(_app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First());

    /// <summary>The answer to <c>model-versions/get</c>.</summary>
    public string Version { get; set; } = """{"model_version":{"name":"m","version":"2","user_id":"dana","current_stage":"None","status":"READY"}}""";

    /// <summary>Holds calls for <c>model-versions/get</c> until it is set.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public IReadOnlyList<SentToHub> Calls => [.. _calls];

    public static async Task<ScriptedHub> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder(["--Urls=http://127.0.0.1:0"]);
        builder.Logging.ClearProviders();
        var app = builder.Build();
        var hub = new ScriptedHub(app);
        app.Run(hub.AnswerAsync);
        await app.StartAsync();
        return hub;
    }

    /// <summary>The next calls are answered with 503.</summary>
    public void GoAway(int calls) => _away = calls;

    public int CallsTo(string name) => _calls.Count(c => c.Name == name);

    public async ValueTask DisposeAsync() => await _app.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        var name = context.Request.Path.Value!.Split('/') is [.., var group, var verb] ? $"{group}/{verb}" : "";
        if (Interlocked.Decrement(ref _away) >= 0)
        {
            _calls.Enqueue(new("503", []));
            context.Response.StatusCode = 503;
            return;
        }

        using var reader = new StreamReader(context.Request.Body);
        var body = await reader.ReadToEndAsync();
        _calls.Enqueue(new(name, body.Length == 0 ? [] : JsonNode.Parse(body)!.AsObject()));
        if (name == "model-versions/get" && Gate is { } gate)
        {
            await gate.Task;
        }

        if (name == "model-versions/get-artifact")
        {
            context.Response.StatusCode = 404;
        }

        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(name == "model-versions/get" ? Version : "{}");
    }
}
