using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Adapters.Blobs;
using MlHub.Adapters.Databases;
using MlHub.Artifacts;
using MlHub.Testing.Databases;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>Two hubs on one database: what is settled on one is followed by the other, which has processes of its own.</summary>
public sealed class TwoNodesTests(TwoNodesTests.Pair pair) : IClassFixture<TwoNodesTests.Pair>
{
    private const string Body = """{"inputs": {"a": [[3]], "b": [[4]]}}""";

    [Fact]
    public async Task A_move_on_one_node_is_followed_by_the_other_without_a_failed_request()
    {
        var model = await pair.First.GivenServedModelAsync(OnnxModels.Sum);
        await pair.First.GivenOnnxVersionAsync(model, OnnxModels.Product);
        await pair.First.MoveAsync(model, "1", "Production");
        await Eventually.TrueAsync(async () => (await pair.Second.InvokeAsync(model, "Production", Body)).Status == 200);

        foreach (var (version, sum) in new[] { ("2", "12"), ("1", "7") })
        {
            await pair.First.MoveAsync(model, version, "Production", archive: false);
            await pair.First.MoveAsync(model, version == "2" ? "1" : "2", "Staging");
            await Eventually.TrueAsync(async () => await SumAsync(pair.Second, model) == sum);
            Assert.Equal(sum, await SumAsync(pair.Second, model));
        }

        Assert.NotEqual(await ProcessAsync(pair.First, model), await ProcessAsync(pair.Second, model));
    }

    [Fact]
    public async Task Serving_that_ends_on_one_node_ends_on_the_other_and_begins_again()
    {
        var model = await pair.First.GivenServedModelAsync(OnnxModels.Sum);
        Assert.Equal(200, (await pair.Second.InvokeAsync(model, "1", Body)).Status);
        var process = await ProcessAsync(pair.Second, model);

        await pair.First.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/disable", new { name = model });
        await Eventually.TrueAsync(async () => (await pair.Second.InvokeAsync(model, "1", Body)).Status == 404);
        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"));
        await pair.First.EnableServingAsync(model);

        await Eventually.TrueAsync(async () => (await pair.Second.InvokeAsync(model, "1", Body)).Status == 200);
    }

    [Fact]
    public async Task Settings_of_one_node_hold_on_the_other()
    {
        var model = await pair.First.GivenServedModelAsync(OnnxModels.Sum);
        Assert.Equal(200, (await pair.Second.InvokeAsync(model, "1", Body)).Status);

        await pair.First.SettleAsync(model, new { replicas = 2 });

        await Eventually.TrueAsync(async () =>
        {
            Assert.Equal(200, (await pair.Second.InvokeAsync(model, "1", Body)).Status);
            return (await pair.Second.ServedVersionAsync(model))["replicas"]!.AsArray().Count == 2;
        });
    }

    [Fact]
    public async Task What_one_node_gave_up_the_other_does_not_try_and_either_has_it_tried_again()
    {
        var model = await pair.First.GivenServedModelAsync([1, 2, 3]);
        Assert.Equal(503, (await pair.First.InvokeAsync(model, "1", Body)).Status);

        await Eventually.TrueAsync(async () => (string?)(await pair.Second.ServedVersionAsync(model))["state"] == "FAILED");
        var known = await pair.Second.InvokeAsync(model, "1", Body);
        Assert.Equal((503, "INVALID_STATE"), (known.Status, known.Code));
        Assert.Empty((await pair.Second.ServedVersionAsync(model))["replicas"]!.AsArray());

        await pair.Second.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/retry", new { name = model, version = "1" });
        await Eventually.TrueAsync(async () => (string?)(await pair.First.ServedVersionAsync(model))["state"] == "STOPPED");
    }

    private static async Task<string?> SumAsync(HttpClient node, string model)
    {
        var answer = await node.InvokeAsync(model, "Production", Body);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json["predictions"]?["sum"]?[0]?[0]?.ToJsonString();
    }

    private static async Task<int?> ProcessAsync(HttpClient node, string model) =>
        (await node.ServingAsync(model))["versions"]!.AsArray().SelectMany(v => v!["replicas"]!.AsArray()).Select(r => (int?)r!["process_id"]).FirstOrDefault(p => p is not null);

    /// <summary>The second node reads the files of the first.</summary>
    public sealed class Pair : IAsyncLifetime
    {
        private readonly List<TestHub> _nodes = [];
        private Func<Task> _remove = () => Task.CompletedTask;

        /// <summary>Ann at either node.</summary>
        public HttpClient First { get; private set; } = null!;

        public HttpClient Second { get; private set; } = null!;

        public async ValueTask InitializeAsync()
        {
            (var connection, _remove) = await TestDatabase.NewAsync(DatabaseProvider.PostgreSql);
            (string, string)[] settings = [("MlHub:Database:Provider", "PostgreSql"), ("ConnectionStrings:MlHub", connection)];
            var first = new TestHub(settings);
            var second = new TestHub(settings) { Replace = services => services.AddSingleton<IBlobStore>(new DiskBlobStore(Path.Combine(first.DataDirectory, "artifacts"))) };
            _nodes.AddRange([second, first]);
            var token = await first.GivenTokenAsync(await first.GivenUserAsync("ann"), Scopes.All & ~Scopes.Admin);
            (First, Second) = (first.Bearer(token), second.Bearer(token));
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in _nodes)
            {
                await node.DisposeAsync();
            }

            await _remove();
        }
    }
}
