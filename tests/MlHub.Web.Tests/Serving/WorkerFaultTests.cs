using System.Diagnostics;
using Microsoft.EntityFrameworkCore;
using MlHub.Events;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>A model that crashes, hangs or eats memory takes its worker; the hub and other models go on.</summary>
public sealed class WorkerFaultTests(WorkerFaultTests.StrictHub hub) : IClassFixture<WorkerFaultTests.StrictHub>
{
    private async Task<List<HubEvent>> HappenedAsync(string model)
    {
        await using var db = hub.Open();
        return await db.Events.Where(e => e.Kind.StartsWith("serving.") && e.Subject.StartsWith(model)).OrderBy(e => e.Id).ToListAsync();
    }

    private const string Good = """{"inputs": {"a": [[1]], "b": [[2]]}}""";

    [Fact]
    public async Task A_killed_worker_is_back_soon_and_others_did_not_notice()
    {
        var (model, other) = (await hub.Ann.GivenServedModelAsync(OnnxModels.Sum), await hub.Ann.GivenServedModelAsync(OnnxModels.Sum));
        Assert.Equal((200, 200), ((await hub.Ann.InvokeAsync(model, "1", Good)).Status, (await hub.Ann.InvokeAsync(other, "1", Good)).Status));
        var neighbour = await ProcessAsync(other);

        Signal("KILL", await ProcessAsync(model));
        var back = await BackAsync(model, Good, TimeSpan.FromSeconds(30));

        Assert.All(back.Failures, f => Assert.Equal((503, "TEMPORARILY_UNAVAILABLE", true), (f.Status, f.Code, f.Headers.RetryAfter is not null)));
        Assert.Equal((200, neighbour), ((await hub.Ann.InvokeAsync(other, "1", Good)).Status, await ProcessAsync(other)));
        var replica = (await hub.Ann.ServedVersionAsync(model))["replicas"]![0]!;
        Assert.Equal(1, (int)replica["restarts"]!);
        Assert.Contains("signal 9", (string?)replica["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_happens_to_serving_is_in_the_event_log()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", Good)).Status);

        Signal("KILL", await ProcessAsync(model));
        await BackAsync(model, Good, TimeSpan.FromSeconds(30));
        await Eventually.TrueAsync(async () => (await HappenedAsync(model)).Any(e => e.Kind == EventKinds.ServingRecovered));
        await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/disable", new { name = model });

        var events = await HappenedAsync(model);
        Assert.Equal([EventKinds.ServingEnabled, EventKinds.ServingFailed, EventKinds.ServingRecovered, EventKinds.ServingDisabled], events.Select(e => e.Kind));
        Assert.Equal(1, events[1].Version);
        Assert.Contains("signal 9", events[1].After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_worker_that_stands_still_is_replaced()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", Good)).Status);

        Signal("STOP", await ProcessAsync(model));
        var late = await hub.Ann.InvokeAsync(model, "1", Good);

        Assert.Equal((504, "DEADLINE_EXCEEDED"), (late.Status, late.Code));
        await BackAsync(model, Good, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task An_endless_loop_ends_with_its_worker_though_nobody_waits_for_it()
    {
        var (model, other) = (await hub.Ann.GivenServedModelAsync(OnnxModels.Loop), await hub.Ann.GivenServedModelAsync(OnnxModels.Sum));
        Assert.Equal("""{"predictions":{"done":[3]}}""", (await hub.Ann.InvokeAsync(model, "1", """{"inputs": [3]}""")).Text);
        var process = await ProcessAsync(model);

        using var impatient = new CancellationTokenSource();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"/model/{model}/1/invocations") { Content = new StringContent("""{"inputs": [4611686018427387904]}""", null, "application/json") };
        var endless = hub.Ann.SendAsync(request, impatient.Token);
        await Eventually.TrueAsync(async () => (int)(await hub.Ann.ServedVersionAsync(model))["in_flight"]! == 1);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => endless);

        Assert.Equal(200, (await hub.Ann.InvokeAsync(other, "1", Good)).Status);
        await Eventually.TrueAsync(async () => await ProcessOrNullAsync(model) is { } next && next != process);
        Assert.False(Directory.Exists($"/proc/{process}"));
        await BackAsync(model, """{"inputs": [3]}""", TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Memory_beyond_the_limit_is_refused_and_the_worker_lives()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Memory);
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", """{"inputs": [1000]}""")).Status);
        var process = await ProcessAsync(model);

        var bomb = await hub.Ann.InvokeAsync(model, "1", """{"inputs": [1000000000]}""");

        Assert.Equal((400, "BAD_REQUEST"), (bomb.Status, bomb.Code));
        Assert.Equal((200, process), ((await hub.Ann.InvokeAsync(model, "1", """{"inputs": [1000]}""")).Status, await ProcessAsync(model)));
    }

    [Fact]
    public async Task A_model_that_crashes_whoever_asks_it_is_failing_and_says_by_which_signal()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Crash);

        var answer = await hub.Ann.InvokeAsync(model, "1", """{"inputs": [[1]]}""");

        Assert.Equal((503, true), (answer.Status, answer.Headers.RetryAfter is not null));
        Assert.Contains("signal 11", answer.Message, StringComparison.Ordinal);
        var version = await hub.Ann.ServedVersionAsync(model);
        Assert.Contains("signal 11", (string?)version["reason"], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Workers_do_not_outlive_their_hub()
    {
        await using StrictHub brief = new();
        await brief.InitializeAsync();
        var model = await brief.Ann.GivenServedModelAsync(OnnxModels.Sum);
        Assert.Equal(200, (await brief.Ann.InvokeAsync(model, "1", Good)).Status);
        var process = (int)(await brief.Ann.ServedVersionAsync(model))["replicas"]![0]!["process_id"]!;

        await brief.DisposeAsync();

        await Eventually.TrueAsync(() => Task.FromResult(!Directory.Exists($"/proc/{process}")));
    }

    [Fact]
    public async Task Nor_when_it_is_killed_while_they_compute_for_ever()
    {
        var data = Directory.CreateTempSubdirectory("mlhub-orphan-").FullName;
        using (var killed = HubProcess.Start(data, null, "MlHub:Access:Mode=Open", "Logging:LogLevel:Default=Warning"))
        {
            using HttpClient client = new() { BaseAddress = await killed.ListeningAsync() };
            var model = await client.GivenServedModelAsync(OnnxModels.Loop);
            Assert.Equal(200, (await client.InvokeAsync(model, "1", """{"inputs": [3]}""")).Status);
            var process = (int)(await client.ServedVersionAsync(model))["replicas"]![0]!["process_id"]!;
            var endless = client.InvokeAsync(model, "1", """{"inputs": [4611686018427387904]}""");
            await Eventually.TrueAsync(async () => (int)(await client.ServedVersionAsync(model))["in_flight"]! == 1);

            killed.Kill();

            await Assert.ThrowsAnyAsync<HttpRequestException>(() => endless);
            await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"));
        }

        Directory.Delete(data, recursive: true);
    }

    private async Task<(List<Answer> Failures, TimeSpan Took)> BackAsync(string model, string body, TimeSpan within)
    {
        List<Answer> failures = [];
        var since = Stopwatch.GetTimestamp();
        while (await hub.Ann.InvokeAsync(model, "1", body) is { Status: not 200 } failed)
        {
            failures.Add(failed);
            Assert.True(Stopwatch.GetElapsedTime(since) < within, failed.Text);
            await Task.Delay(50);
        }

        return (failures, Stopwatch.GetElapsedTime(since));
    }

    private async Task<int> ProcessAsync(string model) => await ProcessOrNullAsync(model) ?? throw new InvalidOperationException("There is no worker.");

    private async Task<int?> ProcessOrNullAsync(string model) => (int?)(await hub.Ann.ServedVersionAsync(model))["replicas"]!.AsArray().FirstOrDefault()?["process_id"];

    private static void Signal(string name, int process)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process}"]);
        kill.WaitForExit();
    }

    /// <summary>A hub with little patience and memory for models.</summary>
    public sealed class StrictHub() : TestHub(("MlHub:Serving:RequestSeconds", "5"), ("MlHub:Serving:MemoryMegabytes", "400"), ("MlHub:Serving:Workers", "30")), IAsyncLifetime
    {
        public HttpClient Ann { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Ann = await ProgramOfAsync("ann");
    }
}
