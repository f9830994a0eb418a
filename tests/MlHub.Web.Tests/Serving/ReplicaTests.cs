using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Several processes share the requests to a version: what befalls one befalls its own requests only.</summary>
public sealed class ReplicaTests(ReplicaTests.RoomyHub hub) : IClassFixture<ReplicaTests.RoomyHub>
{
    private const string Good = """{"inputs": {"a": [[1]], "b": [[2]]}}""", Endless = """{"inputs": [4611686018427387904]}""", Short = """{"inputs": [3]}""";

    [Fact]
    public async Task Requests_are_spread_and_one_that_is_killed_takes_only_its_own()
    {
        var model = await GivenAsync(OnnxModels.Loop, replicas: 3);
        var processes = await ReadyAsync(model, 3);

        // Whoever is busy is not asked: each of two endless requests is with another process.
        var endless = Enumerable.Range(0, 2).Select(_ => hub.Ann.InvokeAsync(model, "1", Endless)).ToList();
        var busy = await BusyAsync(processes, 2);
        var quick = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => hub.Ann.InvokeAsync(model, "1", Short)));
        Assert.All(quick, a => Assert.Equal(200, a.Status));

        Signal("KILL", busy[0]);
        var first = await Task.WhenAny(endless);
        var lost = await first;
        Assert.Equal((503, true), (lost.Status, lost.Headers.RetryAfter is not null));
        Assert.Equal(1, endless.Count(e => !e.IsCompleted));
        Assert.Equal(200, (await hub.Ann.InvokeAsync(model, "1", Short)).Status);
        Signal("KILL", busy[1]);
        await Task.WhenAll(endless);
        Assert.Empty((await ReadyAsync(model, 3)).Intersect(busy));
    }

    [Fact]
    public async Task One_that_stands_still_is_replaced_while_the_others_answer()
    {
        var model = await GivenAsync(OnnxModels.Sum, replicas: 2, seconds: 2);
        var processes = await ReadyAsync(model, 2);
        Signal("STOP", processes[0]);

        var answers = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => hub.Ann.InvokeAsync(model, "1", Good)));

        Assert.All(answers, a => Assert.Contains(a.Status, new[] { 200, 504, 503 }));
        Assert.Contains(answers, a => a.Status == 200);
        await Eventually.TrueAsync(async () => !(await ReadyAsync(model, 2)).Contains(processes[0]));
        Assert.Contains(processes[1], await ReadyAsync(model, 2));
    }

    [Fact]
    public async Task Other_settings_are_put_into_practice_without_a_failed_request()
    {
        var model = await GivenAsync(OnnxModels.Sum, replicas: 1);
        var before = await ReadyAsync(model, 1);
        ConcurrentBag<Answer> wrong = [];
        using var stop = new CancellationTokenSource();
        var load = Enumerable.Range(0, 4).Select(_ => Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                if (await hub.Ann.InvokeAsync(model, "1", Good) is { Status: not 200 } answer)
                {
                    wrong.Add(answer);
                }
            }
        })).ToList();

        await hub.Ann.SettleAsync(model, new { replicas = 2, request_seconds = 30 });
        var during = await ReadyAsync(model, 2);
        await hub.Ann.SettleAsync(model, new { replicas = 1, memory_mb = 300 });
        var after = await ReadyAsync(model, 1);
        await stop.CancelAsync();
        await Task.WhenAll(load);

        Assert.Empty(wrong.Select(a => a.Text));
        Assert.Equal(4, before.Concat(during).Concat(after).Distinct().Count());
        await Eventually.TrueAsync(() => before.Concat(during).All(p => !Directory.Exists($"/proc/{p}")));
    }

    [Fact]
    public async Task Settings_for_which_there_is_no_room_leave_a_model_as_it_was_until_there_is()
    {
        await using var small = new TestHub(("MlHub:Serving:Workers", "2"));
        var ann = await small.ProgramOfAsync("ann");
        var (busy, model) = (await ann.GivenServedModelAsync(OnnxModels.Loop), await ann.GivenServedModelAsync(OnnxModels.Sum));
        await ann.SettleAsync(busy, new { request_seconds = 10 });
        Assert.Equal((200, 200), ((await ann.InvokeAsync(busy, "1", Short)).Status, (await ann.InvokeAsync(model, "1", Good)).Status));
        var endless = ann.InvokeAsync(busy, "1", Endless);

        await ann.SettleAsync(model, new { replicas = 2 });
        await Eventually.TrueAsync(async () => (string?)(await ann.ServedVersionAsync(model))["reason"] == "All 2 scoring workers of this hub are busy.");
        Assert.Equal(200, (await ann.InvokeAsync(model, "1", Good)).Status);
        Assert.Equal(504, (await endless).Status);

        await ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/disable", new { name = busy });
        await Eventually.TrueAsync(async () => (await ann.ServedVersionAsync(model))["replicas"]!.AsArray().Count == 2);
    }

    [Theory]
    [InlineData("replicas", 0, "from 1 to 8")]
    [InlineData("replicas", 9, "from 1 to 8")]
    [InlineData("batch_rows", 0, "from 1 to 1024")]
    [InlineData("batch_delay_ms", 1001, "from 0 to 1000")]
    [InlineData("idle_minutes", -1, "from 0 to 525600")]
    [InlineData("memory_mb", 4096, "from 64 to 2048, which this hub allows a model")]
    [InlineData("request_seconds", 601, "from 1 to 600")]
    public async Task What_is_out_of_bounds_is_refused_with_the_bounds(string field, int value, string words)
    {
        const string model = "bounds";
        await hub.Ann.PostedAsync("/registered-models/create", new { name = model });

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/settings", new JsonObject { ["name"] = model, [field] = value });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Contains($"'{field}' is {value}; it is a whole number {words}", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_left_out_is_the_hubs_own_again()
    {
        const string model = "settings";
        await hub.Ann.PostedAsync("/registered-models/create", new { name = model });
        await hub.Ann.SettleAsync(model, new { replicas = 2, idle_minutes = 0 });
        await hub.Ann.SettleAsync(model, new { batch_rows = 16 });

        Assert.Equal("""{"name":"settings","batch_rows":16}""", (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/serving/settings?name={model}")).Text);
    }

    private async Task<string> GivenAsync(byte[] onnx, int replicas, int seconds = 60)
    {
        var model = await hub.Ann.GivenServedModelAsync(onnx);
        await hub.Ann.SettleAsync(model, new { replicas, request_seconds = seconds });
        await hub.Ann.AskAsync(HttpMethod.Get, $"/v2/models/{model}");
        return model;
    }

    /// <summary>The processes, once there are so many that answer.</summary>
    private async Task<List<int>> ReadyAsync(string model, int count)
    {
        List<int> found = [];
        await Eventually.TrueAsync(async () =>
        {
            var replicas = (await hub.Ann.ServedVersionAsync(model))["replicas"]!.AsArray();
            found = [.. replicas.Select(r => (int?)r!["process_id"]).OfType<int>()];
            return replicas.Count == count && found.Count == count;
        });
        return found;
    }

    /// <summary>Those that compute, by the processor's time they take.</summary>
    private static async Task<List<int>> BusyAsync(List<int> processes, int count)
    {
        List<int> found = [];
        var before = processes.ConvertAll(Taken);
        await Eventually.TrueAsync(() =>
        {
            found = [.. processes.Where((p, i) => Taken(p) - before[i] > TimeSpan.FromMilliseconds(200))];
            return found.Count == count;
        });
        return found;
    }

    private static TimeSpan Taken(int process)
    {
        using var found = Process.GetProcessById(process);
        return found.TotalProcessorTime;
    }

    private static void Signal(string name, int process)
    {
        using var kill = Process.Start("kill", [$"-{name}", $"{process}"]);
        kill.WaitForExit();
    }

    public sealed class RoomyHub() : TestHub(("MlHub:Serving:Workers", "20")), IAsyncLifetime
    {
        public HttpClient Ann { get; private set; } = null!;

        public async ValueTask InitializeAsync() => Ann = await ProgramOfAsync("ann");
    }
}
