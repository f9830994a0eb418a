using MlHub.Testing.Databases;

namespace MlHub.Web.Tests.Operations;

/// <summary>PostgreSQL goes away under a running hub, refuses to write, and comes back.</summary>
public sealed class PostgresOutageTests : IAsyncLifetime
{
    private readonly PostgresServer _server = PostgresServer.StartAnother();
    private TestHub _hub = null!;
    private HttpClient _ann = null!;
    private string _run = "";

    public async ValueTask InitializeAsync()
    {
        await _server.ExecuteAsync("CREATE DATABASE hub");
        _hub = new TestHub(("MlHub:Database:Provider", "PostgreSql"), ("ConnectionStrings:MlHub", _server.ConnectionString("hub")));
        _ann = await _hub.ProgramOfAsync("ann");
        _run = await _ann.GivenRunAsync(await _ann.GivenExperimentAsync());
    }

    public async ValueTask DisposeAsync()
    {
        await _hub.DisposeAsync();
        _server.Stop();
    }

    [Fact]
    public async Task While_the_server_is_away_calls_are_told_to_come_again_and_then_it_heals_by_itself()
    {
        // Fills the pool, so that dead connections are left behind.
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => LogAsync(i)));

        _server.Stop();
        foreach (var call in (Func<Task<Answer>>[])[() => LogAsync(1), () => _ann.PostedAsync("/experiments/create", new { name = "x" }), () => _ann.GotAsync($"/runs/get?run_id={_run}"), () => _ann.PostedAsync("/experiments/search", new { max_results = 1 })])
        {
            await OutageRules.RequireToldAsync(call, 503, "TEMPORARILY_UNAVAILABLE");
        }

        using var stranger = _hub.Bearer("mlhub_unknown");
        await OutageRules.RequireToldAsync(() => stranger.GotAsync("/experiments/get?experiment_id=0"), 401, "UNAUTHENTICATED", 503);
        _server.StartAgain();

        await Eventually.TrueAsync(async () => (await LogAsync(100)).Status == 200);
        Assert.Equal(200, (await _ann.GotAsync($"/runs/get?run_id={_run}")).Status);
        var again = await Task.WhenAll(Enumerable.Range(200, 20).Select(i => LogAsync(i)));
        Assert.All(again, a => Assert.Equal(200, a.Status));
    }

    [Fact]
    public async Task A_server_that_only_reads_goes_on_being_read()
    {
        await _server.ExecuteAsync("ALTER DATABASE hub SET default_transaction_read_only = on");
        await _server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'hub'");

        await Eventually.TrueAsync(async () => (await _ann.GotAsync($"/runs/get?run_id={_run}")).Status == 200);
        await OutageRules.RequireToldAsync(() => LogAsync(1), 503, "TEMPORARILY_UNAVAILABLE");
        await OutageRules.RequireToldAsync(() => _ann.PostedAsync("/experiments/create", new { name = "x" }), 503, "TEMPORARILY_UNAVAILABLE");
        Assert.Equal(200, (await _ann.GotAsync($"/runs/get?run_id={_run}")).Status);

        await _server.ExecuteAsync("ALTER DATABASE hub RESET default_transaction_read_only");
        await _server.ExecuteAsync("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = 'hub'");
        await Eventually.TrueAsync(async () => (await LogAsync(2)).Status == 200);
    }

    private Task<Answer> LogAsync(int step) => _ann.PostedAsync("/runs/log-metric", new { run_id = _run, key = "loss", value = 0.5, timestamp = step, step });
}
