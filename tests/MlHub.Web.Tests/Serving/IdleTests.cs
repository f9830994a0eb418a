using Microsoft.Extensions.DependencyInjection;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>A model that nobody asks gives its process back.</summary>
public sealed class IdleTests
{
    [Fact]
    public async Task A_version_that_nobody_asks_for_so_long_falls_asleep_and_the_next_request_wakes_it()
    {
        AheadClock clock = new();
        await using TestHub hub = new(("MlHub:Serving:IdleMinutes", "30")) { Replace = services => services.AddSingleton<TimeProvider>(clock) };
        using var ann = await hub.ProgramOfAsync("ann");
        var (model, awake) = (await ann.GivenServedModelAsync(OnnxModels.Sum), await ann.GivenServedModelAsync(OnnxModels.Sum));
        await ann.SettleAsync(awake, new { idle_minutes = 0 });
        var (process, other) = (await AskedAsync(model), await AskedAsync(awake));

        clock.Ahead = TimeSpan.FromMinutes(25);
        Assert.Equal(process, await AskedAsync(model));
        clock.Ahead = TimeSpan.FromMinutes(50);
        Assert.Equal(process, await AskedAsync(model));
        clock.Ahead = TimeSpan.FromMinutes(81);

        await Eventually.TrueAsync(() => !Directory.Exists($"/proc/{process}"));
        await Eventually.TrueAsync(async () => (string?)(await ann.ServedVersionAsync(model))["state"] == "STOPPED");
        Assert.NotEqual(process, await AskedAsync(model));
        Assert.Equal(other, await AskedAsync(awake));

        async Task<int> AskedAsync(string name)
        {
            var answer = await ann.InvokeAsync(name, "1", """{"inputs": {"a": [[1]], "b": [[2]]}}""");
            Assert.True(answer.Status == 200, answer.Text);
            return (int)(await ann.ServedVersionAsync(name))["replicas"]![0]!["process_id"]!;
        }
    }

    private sealed class AheadClock : TimeProvider
    {
        public TimeSpan Ahead { get; set; }

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + Ahead;

        public override long GetTimestamp() => base.GetTimestamp() + (long)(Ahead.TotalSeconds * TimestampFrequency);
    }
}
