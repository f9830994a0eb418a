using MlHub.Client;
using MlHub.Testing.Serving;

namespace Samples.Tests.Client;

/// <summary>What reaches a program is what was registered, however bad the network and the disk are.</summary>
public sealed class DownloadTests : IClassFixture<RealHub>, IDisposable
{
    private const int Large = 2_000_000;

    private readonly RealHub _hub;
    private readonly ClientScene _scene;

    public DownloadTests(RealHub hub) => (_hub, _scene) = (hub, new(hub));

    public void Dispose() => _scene.Dispose();

    [Fact]
    public async Task A_model_is_downloaded_once_and_again_where_the_cache_was_damaged()
    {
        var name = await _scene.GivenSumAsync();
        using Wire wire = new();
        using var client = _scene.Client(wire);

        var (_, folder) = await client.DownloadModelAsync($"models:/{name}/1");
        var first = wire.Downloads;
        await using (await client.LoadModelAsync($"models:/{name}/Production"))
        {
            Assert.Equal((2, 2), (first, wire.Downloads));
        }

        var file = Path.Combine(folder, "model.onnx");
        var bytes = await File.ReadAllBytesAsync(file);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(file, bytes);
        await using var model = await client.LoadModelAsync($"models:/{name}/1");

        Assert.Equal((3, 7.0), (wire.Downloads, model.Predict(new { a = 3, b = 4 }).Number("sum")));
        Assert.Equal(OnnxModels.Sum, await File.ReadAllBytesAsync(file));
    }

    [Fact]
    public async Task Bytes_that_were_tampered_with_are_refused_and_never_loaded()
    {
        var name = await _scene.GivenSumAsync();
        using Wire wire = new() { Tamper = bytes => [.. bytes[..^1], (byte)(bytes[^1] ^ 1)] };
        using var client = _scene.Client(wire);

        var same = await Assert.ThrowsAsync<MlHubException>(() => client.LoadModelAsync($"models:/{name}/1"));
        wire.Tamper = bytes => [.. bytes, 0];
        var longer = await Assert.ThrowsAsync<MlHubException>(() => client.LoadModelAsync($"models:/{name}/1"));

        Assert.Equal((MlHubProblem.Damaged, MlHubProblem.Damaged), (same.Problem, longer.Problem));
        Assert.Contains("its SHA-256 is another", same.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(Directory.EnumerateFiles(_scene.Cache, "*", SearchOption.AllDirectories), f => f.Contains($"{Path.DirectorySeparatorChar}files{Path.DirectorySeparatorChar}", StringComparison.Ordinal));
        wire.Tamper = null;
        await using var model = await client.LoadModelAsync($"models:/{name}/1");
    }

    [Fact]
    public async Task A_cut_download_goes_on_where_it_ended_also_in_another_process()
    {
        var name = await _scene.GivenLargeAsync(Large);
        await using BadNetwork network = new(_hub.Address);
        using Wire wire = new();
        var carried = 0;
        network.Answered = n => Task.FromResult((carried += n) < Large / 2);

        using (var client = _scene.Client(wire, network.Address, o => o with { Retries = 0 }))
        {
            var cut = await Assert.ThrowsAsync<MlHubException>(() => client.LoadModelAsync($"models:/{name}/1"));
            Assert.Equal(MlHubProblem.Unreachable, cut.Problem);
        }

        // The first try came to a half, and the next ones, which bring nothing, gave up.
        network.Answered = _ => Task.FromResult(true);
        using var later = _scene.Client(wire, network.Address);
        await using var model = await later.LoadModelAsync($"models:/{name}/1");

        var last = wire.Asked.Last(a => a.From is not null);
        Assert.InRange(last.From!.Value, 1, Large - 1);
        Assert.Equal([3.0], await model.PredictAsync<double>(new { a = 1, b = 2 }));
    }

    [Fact]
    public async Task One_cut_is_not_even_noticed_by_the_caller()
    {
        var name = await _scene.GivenLargeAsync(Large);
        await using BadNetwork network = new(_hub.Address);
        using Wire wire = new();
        var (carried, cuts) = (0, 0);
        network.Answered = n => Task.FromResult((carried += n) < Large / 2 || Interlocked.Exchange(ref cuts, 1) == 1);
        using var client = _scene.Client(wire, network.Address);

        await using var model = await client.LoadModelAsync($"models:/{name}/1");

        Assert.Equal((1, 1), (cuts, wire.Asked.Count(a => a.From > 0)));
    }

    [Fact]
    public async Task Several_at_once_share_one_download()
    {
        var name = await _scene.GivenLargeAsync(Large);
        using Wire wire = new();
        var clients = Enumerable.Range(0, 4).Select(_ => _scene.Client(wire)).ToList();

        var models = await Task.WhenAll(clients.Select(c => Task.Run(() => c.LoadModelAsync($"models:/{name}/1"))));

        Assert.Equal(3, wire.Downloads);
        Assert.All(models, m => Assert.Equal(3, m.Predict(new { a = 1, b = 2 }).Number("sum")));
        models.ToList().ForEach(m => m.Dispose());
        clients.ForEach(c => c.Dispose());
    }

    [Fact]
    public async Task A_link_that_ran_out_meanwhile_is_asked_for_anew()
    {
        var name = await _scene.GivenSumAsync();
        using RanOut wire = new();
        using var client = _scene.Client(with: o => o with { Handler = wire });

        await using var model = await client.LoadModelAsync($"models:/{name}/Production");

        Assert.Equal((1, 2), (wire.Refused, wire.LinksAsked));
    }

    [Fact]
    public async Task Without_the_hub_the_cache_answers_where_that_is_wished()
    {
        var name = await _scene.GivenSumAsync();
        Uri gone;
        await using (BadNetwork network = new(_hub.Address))
        {
            using var client = _scene.Client(address: gone = network.Address);
            await using var loaded = await client.LoadModelAsync($"models:/{name}/Production");
            Assert.False(loaded.IsFromCache);
        }

        using var offline = _scene.Client(address: gone, with: o => o with { UseCacheWhenUnreachable = true });
        using var strict = _scene.Client(address: gone);
        await using var model = await offline.LoadModelAsync($"models:/{name}/Production");
        var never = await Assert.ThrowsAsync<MlHubException>(() => offline.LoadModelAsync($"models:/{name}/Staging"));
        var refused = await Assert.ThrowsAsync<MlHubException>(() => strict.LoadModelAsync($"models:/{name}/Production"));

        Assert.Equal((true, 5.0), (model.IsFromCache, model.Predict(new { a = 2, b = 3 }).Number("sum")));
        Assert.Equal((MlHubProblem.Unreachable, MlHubProblem.Unreachable), (never.Problem, refused.Problem));
        Assert.Contains("was never loaded here", never.Message, StringComparison.Ordinal);

        var file = Directory.EnumerateFiles(_scene.Cache, "model.onnx", SearchOption.AllDirectories).Single();
        await File.WriteAllBytesAsync(file, OnnxModels.Product);
        Assert.Contains("does not hold 'model.onnx'", (await Assert.ThrowsAsync<MlHubException>(() => offline.LoadModelAsync($"models:/{name}/Production"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_be_had_is_said_plainly()
    {
        var name = await _scene.GivenSumAsync();
        await _hub.Dana.GivenOnnxVersionAsync(name, "no model at all"u8.ToArray());
        await _hub.Dana.GivenOnnxVersionAsync(name, OnnxModels.Sum, flavour: "sklearn");
        using var client = _scene.Client();
        using MlHubClient stranger = new(_hub.Address, "mlh_pat_wrong", new() { CacheFolder = _scene.Cache });
        using var bare = _scene.Client(with: o => o with { OnnxRuntime = "/no/such/library.so" });

        await ExpectAsync(client, $"models:/{name}/9", MlHubProblem.NotFound, "not found");
        await ExpectAsync(client, "models:/no-such-model/1", MlHubProblem.NotFound, "Registered Model with name=no-such-model not found");
        await ExpectAsync(client, $"models:/{name}/2", MlHubProblem.NotRunnable, "cannot be loaded");
        await ExpectAsync(client, $"models:/{name}/3", MlHubProblem.NotRunnable, "has no ONNX model");
        await ExpectAsync(stranger, $"models:/{name}/1", MlHubProblem.Denied, "not authenticated");
        await ExpectAsync(bare, $"models:/{name}/1", MlHubProblem.NoRuntime, "/no/such/library.so");

        static async Task ExpectAsync(MlHubClient client, string uri, MlHubProblem problem, string words)
        {
            var refusal = await Assert.ThrowsAsync<MlHubException>(() => client.LoadModelAsync(uri));
            Assert.Equal(problem, refusal.Problem);
            Assert.Contains(words, refusal.Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task What_nobody_loaded_for_long_leaves_the_cache()
    {
        var (old, other) = (await _scene.GivenLargeAsync(1000), await _scene.GivenSumAsync());
        using var client = _scene.Client();
        var (_, folder) = await client.DownloadModelAsync($"models:/{old}/1");
        File.SetLastWriteTimeUtc(Path.Combine(folder, "..", "used"), DateTime.UtcNow - TimeSpan.FromDays(31));

        await using var model = await client.LoadModelAsync($"models:/{other}/1");

        Assert.False(Directory.Exists(folder));
        Assert.Single(Directory.GetDirectories(Path.Combine(_scene.Cache, "models")));
    }

    /// <summary>Refuses the first link, as the hub does after its time.</summary>
    private sealed class RanOut() : DelegatingHandler(new SocketsHttpHandler())
    {
        public int Refused { get; private set; }

        public int LinksAsked { get; private set; }

        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            var isFile = request.RequestUri!.AbsolutePath.StartsWith("/signed/", StringComparison.Ordinal);
            LinksAsked += isFile ? 0 : 1;
            if (isFile && Refused == 0)
            {
                Refused++;
                return Task.FromResult(new HttpResponseMessage(System.Net.HttpStatusCode.Forbidden));
            }

            return base.SendAsync(request, cancellationToken);
        }
    }
}
