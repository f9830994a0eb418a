using System.Diagnostics;
using MlHub.Access;
using MlHub.Testing.Serving;

namespace MlHub.Web.Tests.Serving;

/// <summary>What is too much is turned away and told when to come again.</summary>
public sealed class ServingLimitTests
{
    [Fact]
    public async Task More_requests_than_may_wait_are_turned_away()
    {
        await using var hub = new TestHub(("MlHub:Serving:QueuedRequests", "1"), ("MlHub:Serving:RequestSeconds", "10"));
        var ann = await hub.ProgramOfAsync("ann");
        var model = await ann.GivenServedModelAsync(OnnxModels.Loop);
        Assert.Equal(200, (await ann.InvokeAsync(model, "1", """{"inputs": [1]}""")).Status);

        var endless = ann.InvokeAsync(model, "1", """{"inputs": [4611686018427387904]}""");
        await Eventually.TrueAsync(async () => (int)(await ann.ServedVersionAsync(model))["in_flight"]! == 1);
        var second = await ann.InvokeAsync(model, "1", """{"inputs": [1]}""");

        Assert.Equal((429, "REQUEST_LIMIT_EXCEEDED", true), (second.Status, second.Code, second.Headers.RetryAfter is not null));
        Assert.Equal(504, (await endless).Status);
    }

    [Fact]
    public async Task An_account_that_asks_too_often_is_told_so_and_its_other_calls_are_not_counted()
    {
        await using var hub = new TestHub(("MlHub:Serving:RequestsPerSecond", "1"));
        var owner = await hub.GivenUserAsync("ann");
        var ann = hub.Bearer(await hub.GivenTokenAsync(owner, Scopes.All & ~Scopes.Admin));

        var took = Stopwatch.StartNew();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => ann.AskAsync(HttpMethod.Get, "/v2")));

        // Two at once, and one more with each second that a busy machine takes.
        Assert.InRange(answers.Count(a => a.Status == 200), 2, 2 + (int)took.Elapsed.TotalSeconds);
        Assert.All(answers.Where(a => a.Status != 200), a => Assert.Equal((429, true), (a.Status, a.Headers.RetryAfter is not null)));
        Assert.Equal(200, (await ann.GotAsync("/experiments/search?max_results=1")).Status);
    }
}
