using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Live;

namespace MlHub.Web.Tests.Live;

/// <summary>A change through REST reaches the pages that show it within a second.</summary>
public sealed class EventTailTests(SharedHub hub) : IClassFixture<SharedHub>
{
    /// <summary>A second, and what a busy machine adds.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task A_new_experiment_is_told_to_the_list()
    {
        using var told = Listen(Topics.Experiments);

        await hub.Ann.GivenExperimentAsync($"live {Guid.NewGuid():N}");

        await told.AllAsync();
    }

    [Theory]
    [InlineData("run")]
    [InlineData("tag")]
    [InlineData("metric")]
    [InlineData("artifact")]
    [InlineData("delete")]
    public async Task A_change_of_a_run_is_told_to_its_page_and_its_experiments(string change)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        using var told = Listen(Topics.Run(run), Topics.Experiment(long.Parse(experiment, CultureInfo.InvariantCulture)));

        _ = change switch
        {
            "run" => (await hub.Ann.PostedAsync("/runs/update", new { run_id = run, status = "FINISHED" })).Status,
            "tag" => (await hub.Ann.PostedAsync("/runs/set-tag", new { run_id = run, key = "k", value = "v" })).Status,
            "metric" => (await hub.Ann.PostedAsync("/runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = 1 })).Status,
            "artifact" => (await hub.Ann.UploadAsync(experiment, run, "a.txt", [1])).Status,
            _ => (await hub.Ann.PostedAsync("/runs/delete", new { run_id = run })).Status,
        };

        await told.AllAsync();
    }

    [Fact]
    public async Task A_refused_change_is_told_to_nobody()
    {
        var (_, run) = await hub.GivenRunAsync();
        var (_, marker) = await hub.GivenRunAsync();
        await ToldOfAsync(marker);
        using var told = Listen(Topics.Run(run));

        await hub.Bob.PostedAsync("/runs/set-tag", new { run_id = run, key = "k", value = "w" });
        await hub.Ann.PostedAsync("/runs/set-tag", new { run_id = run, key = "../k", value = "w" });
        await ToldOfAsync(marker);

        Assert.Empty(told.Topics);
    }

    /// <summary>A change that is told after all those before it.</summary>
    private async Task ToldOfAsync(string run)
    {
        using var told = Listen(Topics.Run(run));
        await hub.Ann.CallAsync("/runs/update", new { run_id = run, status = "FINISHED" });
        await told.AllAsync();
    }

    private Ear Listen(params string[] topics) => new(hub.Services.GetRequiredService<LiveFeed>(), topics);

    /// <summary>Hears what is announced.</summary>
    private sealed class Ear : IDisposable
    {
        private readonly ConcurrentDictionary<string, bool> _heard = new();
        private readonly string[] _topics;
        private readonly List<IDisposable> _subscriptions = [];

        public Ear(LiveFeed feed, string[] topics)
        {
            _topics = topics;
            _subscriptions.AddRange(topics.Select(t => feed.Subscribe(t, () =>
            {
                _heard[t] = true;
                return Task.CompletedTask;
            })));
        }

        public ICollection<string> Topics => _heard.Keys;

        public Task AllAsync() => Eventually.TrueAsync(() => _topics.All(_heard.ContainsKey), Soon);

        public void Dispose() => _subscriptions.ForEach(s => s.Dispose());
    }
}
