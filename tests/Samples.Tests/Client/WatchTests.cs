using System.Collections.Concurrent;
using System.IO.Pipelines;
using System.Text;
using EdgeScorer;
using MlHub.Client;
using MlHub.Testing.Serving;

namespace Samples.Tests.Client;

/// <summary>A program follows a stage without a failed call.</summary>
public sealed class WatchTests : IClassFixture<RealHub>, IDisposable
{
    private static readonly TimeSpan Often = TimeSpan.FromMilliseconds(20);

    private readonly RealHub _hub;
    private readonly ClientScene _scene;

    public WatchTests(RealHub hub) => (_hub, _scene) = (hub, new(hub));

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task Versions_are_swapped_while_calls_flow_and_none_fails()
    {
        var name = await _scene.GivenSumAsync();
        await _hub.Dana.GivenOnnxVersionAsync(name, OnnxModels.Product, ServedModelCalls.TwoDoubles);
        using var client = _scene.Client();
        await using var model = await client.LoadModelAsync($"models:/{name}/Production");
        ConcurrentQueue<(int From, int To)> swaps = new();
        using CancellationTokenSource enough = new();
        model.Watch(Often, (from, to) => swaps.Enqueue((from.Number, to.Number)));

        var calls = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            Dictionary<int, int> byVersion = [];
            while (!enough.IsCancellationRequested)
            {
                var answer = model.Predict(new { a = 3, b = 5 });
                Assert.Equal(answer.Version.Number == 1 ? 8 : 15, answer.Number("sum"));
                byVersion[answer.Version.Number] = byVersion.GetValueOrDefault(answer.Version.Number) + 1;
            }

            return byVersion;
        })).ToList();
        for (var i = 0; i < 6; i++)
        {
            var to = (i % 2) + 1;
            await _hub.MoveAsync(name, 3 - to);
            await Eventually.TrueAsync(() => model.Version.Number == 3 - to);
        }

        await enough.CancelAsync();
        var counts = await Task.WhenAll(calls);

        Assert.All(counts, c => Assert.Equal([1, 2], c.Keys.Order()));
        await Eventually.TrueAsync(() => swaps.Count == 6);
        Assert.All(swaps, s => Assert.Equal(3, s.From + s.To));
    }

    [Fact]
    public async Task A_version_that_cannot_be_loaded_never_takes_a_working_ones_place()
    {
        var name = await _scene.GivenSumAsync();
        await _hub.Dana.GivenOnnxVersionAsync(name, "no model"u8.ToArray());
        using var client = _scene.Client();
        await using var model = await client.LoadModelAsync($"models:/{name}/Production");
        ConcurrentQueue<Exception> failures = new();
        model.Watch(Often, failed: failures.Enqueue);

        await _hub.MoveAsync(name, 2);
        await Eventually.TrueAsync(() => !failures.IsEmpty);

        Assert.Equal(MlHubProblem.NotRunnable, Assert.IsType<MlHubException>(failures.First()).Problem);
        Assert.Equal((1, 8.0), (model.Version.Number, model.Predict(new { a = 3, b = 5 }).Number("sum")));
        Assert.Throws<InvalidOperationException>(() => model.Watch(Often));
    }

    [Fact]
    public async Task Looking_costs_one_small_answer_while_nothing_changes()
    {
        var name = await _scene.GivenSumAsync();
        using Wire wire = new();
        using var client = _scene.Client(wire);
        await using var model = await client.LoadModelAsync($"models:/{name}/Production");
        var downloads = wire.Downloads;

        Assert.False(await model.RefreshAsync());
        await _hub.Dana.GivenOnnxVersionAsync(name, OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        await _hub.MoveAsync(name, 2);
        Assert.True(await model.RefreshAsync());

        // The same files under another number are not fetched again.
        Assert.Equal((2, downloads), (model.Version.Number, wire.Downloads));
    }

    [Fact]
    public async Task After_its_end_a_model_answers_nobody()
    {
        using var client = _scene.Client();
        var model = await client.LoadModelAsync($"models:/{await _scene.GivenSumAsync()}/Production");
        model.Watch(Often);

        await model.DisposeAsync();
        await model.DisposeAsync();

        Assert.Throws<ObjectDisposedException>(() => model.Predict(new { a = 1, b = 2 }));
        Assert.Throws<ObjectDisposedException>(() => model.Watch(Often));
    }

    [Fact]
    public async Task The_sample_answers_lines_and_takes_the_next_version()
    {
        var name = await _scene.GivenSumAsync();
        await _hub.Dana.GivenOnnxVersionAsync(name, OnnxModels.Product, ServedModelCalls.TwoDoubles);
        var (rows, answers) = (new Pipe(), new Pipe());
        await using StreamWriter ask = new(rows.Writer.AsStream()) { AutoFlush = true };
        using StreamReader rowReader = new(rows.Reader.AsStream()), answerReader = new(answers.Reader.AsStream());
        await using StreamWriter answer = new(answers.Writer.AsStream());
        StringBuilder log = new();
        var settings = ScorerSettings.Read([$"models:/{name}/Production"], v => v switch
        {
            "MLHUB_URL" => _hub.Address.AbsoluteUri,
            "MLHUB_TOKEN" => _hub.Dana.DefaultRequestHeaders.Authorization!.Parameter,
            "MLHUB_WATCH_SECONDS" => "0.02",
            "MLHUB_CACHE" => _scene.Cache,
            _ => null,
        });

        var running = Scorer.RunAsync(settings, rowReader, answer, new StringWriter(log), default);

        Assert.Equal("""{"version":1,"prediction":{"sum":7}}""", await AskAsync("""{"a": 3, "b": 4}"""));
        Assert.Contains("Model is missing inputs ['b']", await AskAsync("""{"a": 3}"""), StringComparison.Ordinal);
        Assert.StartsWith("{\"error\":", await AskAsync("nothing"), StringComparison.Ordinal);
        await _hub.MoveAsync(name, 2);
        await Eventually.TrueAsync(async () => await AskAsync("""{"a": 3, "b": 4}""") == """{"version":2,"prediction":{"sum":12}}""");
        await rows.Writer.CompleteAsync();
        await running;
        Assert.Contains($"{name} version 1 (Production, ", $"{log}", StringComparison.Ordinal);
        Assert.Contains($"{name} version 2 answers from now on.", $"{log}", StringComparison.Ordinal);

        async Task<string?> AskAsync(string row)
        {
            await ask.WriteLineAsync(row);
            return await answerReader.ReadLineAsync();
        }
    }
}
