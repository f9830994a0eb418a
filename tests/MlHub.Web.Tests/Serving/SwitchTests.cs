using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json.Nodes;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>A stage's endpoint follows the registry while requests keep coming.</summary>
public sealed class SwitchTests(SharedHub hub, ITestOutputHelper output) : IClassFixture<SharedHub>
{
    private const string Body = """{"inputs": {"a": [[3]], "b": [[4]]}}""";
    private const int Moves = 50, PerSecond = 200, Senders = 8;

    [Fact]
    public async Task The_address_that_names_the_model_alone_asks_the_version_in_Production_and_without_one_the_newest()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Product);
        var newest = await AskAsync();
        await hub.Ann.MoveAsync(model, "1", "Production");

        Assert.Equal(("12", "7"), (Sum(newest), Sum(await AskAsync())));
        Assert.Equal("7", Sum(await hub.Ann.InvokeAsync(model, "pRODUCTION", Body)));
        Assert.Equal(404, (await hub.Ann.AskAsync(HttpMethod.Post, "/serving-endpoints/no-such-model/invocations", new { inputs = 1 })).Status);

        Task<Answer> AskAsync() => hub.Ann.AskAsync(HttpMethod.Post, $"/serving-endpoints/{model}/invocations", JsonNode.Parse(Body)!);
    }

    [Fact]
    public async Task The_stage_moves_fifty_times_and_no_request_fails_or_is_answered_by_the_wrong_version()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Product);
        await hub.Ann.MoveAsync(model, "1", "Production");
        Assert.Equal("7", Sum(await hub.Ann.InvokeAsync(model, "Production", Body)));
        Assert.Equal("12", Sum(await hub.Ann.InvokeAsync(model, "2", Body)));

        // Counts the beginnings and ends of moves: between them, when it is even, the answering version is certain.
        var moved = 0;
        ConcurrentBag<string> wrong = [];
        ConcurrentBag<double> times = [];
        using var stop = new CancellationTokenSource();
        var since = Stopwatch.StartNew();
        var load = Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            for (var sent = sender; !stop.IsCancellationRequested; sent += Senders)
            {
                // Whoever is late does not wait, so that the pace is kept.
                var due = TimeSpan.FromSeconds((double)sent / PerSecond) - since.Elapsed;
                await Task.Delay(due > TimeSpan.Zero ? due : TimeSpan.Zero);
                var before = Volatile.Read(ref moved);
                var start = Stopwatch.GetTimestamp();
                var answer = await hub.Ann.InvokeAsync(model, "Production", Body);
                times.Add(Stopwatch.GetElapsedTime(start).TotalMilliseconds);
                var isCertain = before % 2 == 0 && before == Volatile.Read(ref moved);
                if (answer.Status != 200 || (isCertain && Sum(answer) != (before % 4 == 0 ? "7" : "12")))
                {
                    wrong.Add($"after {before}: {answer.Status} {answer.Text}");
                }
            }
        })).ToList();
        for (var move = 0; move < Moves; move++)
        {
            var next = move % 2 == 0 ? 2 : 1;
            Interlocked.Increment(ref moved);
            await hub.Ann.MoveAsync(model, $"{next}", "Production", archive: true);
            Interlocked.Increment(ref moved);
            await Task.Delay(60);
        }

        await stop.CancelAsync();
        await Task.WhenAll(load);
        var sorted = times.Order().ToList();
        output.WriteLine($"{sorted.Count} requests, {sorted.Count / since.Elapsed.TotalSeconds:F0} a second; p50 {sorted[sorted.Count / 2]:F1} ms, p99 {sorted[sorted.Count * 99 / 100]:F1} ms");
        Assert.Empty(wrong);
        Assert.True(sorted.Count > Moves, $"{sorted.Count} requests are no load.");
    }

    [Fact]
    public async Task The_old_version_answers_until_the_new_one_is_warm()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        await hub.Ann.MoveAsync(model, "1", "Production");
        Assert.Equal("7", Sum(await hub.Ann.InvokeAsync(model, "Production", Body)));
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Product);

        await hub.Ann.MoveAsync(model, "2", "Production", archive: true);

        var since = Stopwatch.StartNew();
        Answer answer;
        while ((answer = await hub.Ann.InvokeAsync(model, "Production", Body)) is { } given && Sum(given) != "12")
        {
            Assert.Equal((200, "7"), (answer.Status, Sum(answer)));
            Assert.True(since.Elapsed < TimeSpan.FromSeconds(60));
        }

        Assert.Equal("2", answer.Headers.GetValues("MlHub-Model-Version").Single());
        Assert.Equal("2", (string?)(await hub.Ann.ServingAsync(model))["endpoints"]![0]!["answering_version"]);
    }

    [Fact]
    public async Task A_version_that_cannot_be_loaded_never_takes_a_working_ones_place()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        await hub.Ann.MoveAsync(model, "1", "Production");
        Assert.Equal("7", Sum(await hub.Ann.InvokeAsync(model, "Production", Body)));
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Crash, example: """{"columns": ["x"], "data": [[1]]}""");

        await hub.Ann.MoveAsync(model, "2", "Production", archive: true);
        await Eventually.TrueAsync(async () => (string?)(await hub.Ann.ServedVersionAsync(model, "2"))["state"] == "FAILED");

        Assert.Equal("7", Sum(await hub.Ann.InvokeAsync(model, "Production", Body)));
        var endpoint = (await hub.Ann.ServingAsync(model))["endpoints"]![0]!;
        Assert.Equal(("2", "1"), ((string?)endpoint["version"], (string?)endpoint["answering_version"]));
    }

    [Fact]
    public async Task An_alias_is_an_endpoint_too()
    {
        var model = await hub.Ann.GivenServedModelAsync(OnnxModels.Sum);
        await hub.Ann.GivenOnnxVersionAsync(model, OnnxModels.Product);
        await hub.Ann.CallAsync("/registered-models/alias", new { name = model, alias = "champion", version = "1" });
        Assert.Equal(("7", "12"), (Sum(await hub.Ann.InvokeAsync(model, "@champion", Body)), Sum(await hub.Ann.InvokeAsync(model, "2", Body))));

        await hub.Ann.CallAsync("/registered-models/alias", new { name = model, alias = "champion", version = "2" });

        Assert.Equal("12", Sum(await hub.Ann.InvokeAsync(model, "@champion", Body)));
        Assert.Equal(404, (await hub.Ann.InvokeAsync(model, "@nobody", Body)).Status);
    }

    private static string? Sum(Answer answer) => answer.Json["predictions"]?["sum"]?[0]?[0]?.ToJsonString();
}
