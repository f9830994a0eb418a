using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace MlHub.Demo.Tests;

/// <summary>A server on a free port that remembers each call and answers just enough for a training script.</summary>
internal sealed class RecordingHub : IAsyncDisposable
{
    private readonly WebApplication _web;
    private readonly ConcurrentQueue<RecordedCall> _calls = [];
    private int _runs;

    private RecordingHub()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _web = builder.Build();
        _web.Run(AnswerAsync);
    }

    public IReadOnlyList<RecordedCall> Calls => [.. _calls];

    public Uri Address => new(_web.Urls.Single());

    /// <summary>Experiment 7, if it is there already.</summary>
    public string? KnownExperiment { get; set; }

    public bool HasFinishedRuns { get; set; }

    /// <summary>Answers a call instead of the usual, if it returns something.</summary>
    public Func<RecordedCall, (int Status, string Body)?> Instead { get; set; } = _ => null;

    public static async Task<RecordingHub> StartAsync()
    {
        var hub = new RecordingHub();
        await hub._web.StartAsync();
        return hub;
    }

    public IEnumerable<RecordedCall> CallsTo(string name) => _calls.Where(call => call.Name.StartsWith(name, StringComparison.Ordinal));

    public ValueTask DisposeAsync() => _web.DisposeAsync();

    private async Task AnswerAsync(HttpContext context)
    {
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body);
        string path = context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget;
        var call = new RecordedCall(context.Request.Method, path, context.Request.Headers.Authorization, body.ToArray());
        _calls.Enqueue(call);
        (int status, string answer) = Instead(call) ?? Usual(call);
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json";
        await context.Response.WriteAsync(answer);
    }

    private (int Status, string Body) Usual(RecordedCall call) => call.Name.Split('?')[0] switch
    {
        "GET experiments/get-by-name" when KnownExperiment is null => (404, """{"error_code":"RESOURCE_DOES_NOT_EXIST","message":"No such experiment"}"""),
        "GET experiments/get-by-name" => (200, KnownExperiment!),
        "POST experiments/create" => (200, """{"experiment_id":"7"}"""),
        "POST runs/search" => (200, HasFinishedRuns ? new JsonObject { ["runs"] = new JsonArray(Run("run0")) }.ToJsonString() : "{}"),
        "POST runs/create" => (200, new JsonObject { ["run"] = Run($"run{++_runs}") }.ToJsonString()),
        _ => (200, "{}"),
    };

    private static JsonObject Run(string id) => new()
    {
        ["info"] = new JsonObject
        {
            ["run_id"] = id,
            ["experiment_id"] = "7",
            ["status"] = "RUNNING",
            ["artifact_uri"] = $"mlflow-artifacts:/7/{id}/artifacts",
        },
        ["inputs"] = new JsonObject(),
    };
}
