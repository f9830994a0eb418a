using Microsoft.Extensions.DependencyInjection;
using MlHub.Artifacts;
using MlHub.Web.Shell;
using MlHub.Web.Tests.Account;

namespace MlHub.Web.Tests.Artifacts;

/// <summary>What administrators see of the stored bytes.</summary>
public sealed class StoragePageTests : IAsyncLifetime
{
    private readonly TestHub _hub = new(("MlHub:Artifacts:QuotaPerExperiment", "4096"));

    public async ValueTask InitializeAsync() => await _hub.GivenUserAsync("ada", isAdmin: true);

    public ValueTask DisposeAsync() => _hub.DisposeAsync();

    [Fact]
    public async Task It_tells_the_quota_what_experiments_use_of_it_and_how_the_hub_is()
    {
        using var ann = await _hub.ProgramOfAsync("ann");
        var experiment = await ann.GivenExperimentAsync("prices");
        await ann.UploadAsync(experiment, await ann.GivenRunAsync(experiment, "first"), "weights.bin", new byte[1024]);

        var page = await PageAsync("ada");

        foreach (var text in new[] { "4 KB", ">prices</a>", "1 KB", "25 %", "database: ok" })
        {
            Assert.Contains(text, page.Html);
        }
    }

    [Fact]
    public async Task Sums_over_all_files_are_read_again_after_a_minute()
    {
        var clock = new TestClock();
        await using var hub = new TestHub { Replace = s => s.AddSingleton<TimeProvider>(clock) };
        using var ada = await hub.ProgramOfAsync("ada", isAdmin: true);
        var experiment = await ada.GivenExperimentAsync("prices");
        var run = await ada.GivenRunAsync(experiment);
        var none = await BytesAsync();
        await ada.UploadAsync(experiment, run, "weights.bin", new byte[1024]);

        var within = await BytesAsync();
        clock.Advance(StoreHealth.SumsLast);
        var after = await BytesAsync();

        Assert.Equal((0, 0, 1024), (none, within, after));

        async Task<long> BytesAsync() => (long)(await ada.AskAsync(HttpMethod.Get, "/api/2.0/mlhub/artifacts/state")).Json["bytes"]!;
    }

    [Fact]
    public async Task It_is_of_administrators_only()
    {
        await _hub.GivenUserAsync("bob");

        Assert.Equal(404, (await PageAsync("bob")).Status);
    }

    private async Task<Visited> PageAsync(string user)
    {
        using var visitor = new Visitor(_hub);
        await visitor.SignInAsync(user);
        return await visitor.GetAsync(HubUrls.Storage);
    }
}
