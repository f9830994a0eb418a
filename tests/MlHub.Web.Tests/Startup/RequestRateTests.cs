namespace MlHub.Web.Tests.Startup;

public sealed class RequestRateTests
{
    [Fact]
    public async Task Who_sends_too_much_waits_and_nobody_else_does()
    {
        await using var hub = new TestHub(("MlHub:RequestsPerSecond", "1"));
        using var greedy = await hub.ProgramOfAsync("greedy");
        using var modest = await hub.ProgramOfAsync("modest");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => greedy.GotAsync("/experiments/search?max_results=1")));
        var other = await modest.GotAsync("/experiments/search?max_results=1");
        var health = await greedy.AskAsync(HttpMethod.Get, "/health");

        Assert.Contains(answers, a => a.Status == 200);
        var refused = answers.First(a => a.Status != 200);
        Assert.Equal((429, "REQUEST_LIMIT_EXCEEDED", "2"), (refused.Status, refused.Code, refused.Headers.RetryAfter!.ToString()));
        Assert.Equal((200, 200), (other.Status, health.Status));
    }

    [Fact]
    public async Task Nought_is_no_limit()
    {
        await using var hub = new TestHub(("MlHub:RequestsPerSecond", "0"));
        using var greedy = await hub.ProgramOfAsync("greedy");

        var answers = await Task.WhenAll(Enumerable.Range(0, 50).Select(_ => greedy.GotAsync("/experiments/search?max_results=1")));

        Assert.All(answers, a => Assert.Equal(200, a.Status));
    }
}
