using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Tracking;

public sealed class MetricHistoryApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_history_without_a_maximum_is_whole_however_long()
    {
        var (_, run) = await hub.GivenRunAsync();
        for (var batch = 0; batch < 27; batch++)
        {
            await hub.Ann.CallAsync(
                "/runs/log-batch",
                new { run_id = run, metrics = Enumerable.Range(batch * 1000, 1000).Select(i => new { key = "m", value = i, timestamp = i, step = i }) });
        }

        var history = await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key=m");
        var page = await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key=m&max_results=100000");

        Assert.Equal(Enumerable.Range(0, 27_000).Select(i => (long)i), Steps(history));
        Assert.False(history.Json.ContainsKey("next_page_token"));
        Assert.Equal(25_000, Steps(page).Count);
        Assert.True(page.Json.ContainsKey("next_page_token"));
    }

    [Fact]
    public async Task Pages_hold_every_point_once_even_among_equal_steps_and_odd_values()
    {
        var (_, run) = await hub.GivenRunAsync();
        object[] values = ["NaN", "Infinity", "-Infinity", 0, -1, 1, 1e300, "1.7976931348623157e308"];
        await hub.Ann.CallAsync(
            "/runs/log-batch", new { run_id = run, metrics = values.Select(value => new { key = "m", value, timestamp = 7, step = 3 }) });
        List<string> seen = [];
        var pages = 0;

        for (string? token = null; pages == 0 || token is not null; pages++)
        {
            var page = await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key=m&max_results=3&page_token={token}");
            Assert.Equal(200, page.Status);
            seen.AddRange(page.Json["metrics"]!.AsArray().Select(m => m!["value"]!.ToJsonString()));
            token = (string?)page.Json["next_page_token"];
        }

        Assert.Equal((3, 8), (pages, seen.Count));
        Assert.Equal(2, seen.Count(v => v == "1.7976931348623157E+308"));
        Assert.Equal(7, seen.Distinct().Count());
    }

    [Fact]
    public async Task An_exact_page_is_the_last_one()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync(
            "/runs/log-batch", new { run_id = run, metrics = Enumerable.Range(0, 4).Select(i => new { key = "m", value = i, timestamp = i, step = i }) });

        var page = await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key=m&max_results=4");

        Assert.Equal([0L, 1, 2, 3], Steps(page));
        Assert.False(page.Json.ContainsKey("next_page_token"));
    }

    [Fact]
    public async Task An_unknown_metric_has_an_empty_history()
    {
        var (_, run) = await hub.GivenRunAsync();

        var history = await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}&metric_key=never");

        Assert.Equal((200, "{}"), (history.Status, history.Text));
    }

    [Theory]
    [InlineData("")]
    [InlineData("&metric_key=")]
    [InlineData("&metric_key=m&max_results=0")]
    [InlineData("&metric_key=m&max_results=-1")]
    [InlineData("&metric_key=m&max_results=1.5")]
    [InlineData("&metric_key=m&max_results=many")]
    [InlineData("&metric_key=m&page_token=garbage")]
    [InlineData("&metric_key=m&page_token=%21%21%21%21")]
    [InlineData("&metric_key=m&page_token=%F0%9F%98%80")]
    [InlineData("&metric_key=m&page_token=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    public async Task A_question_that_makes_no_sense_is_refused(string query)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.GotAsync($"/metrics/get-history?run_id={run}{query}");

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    private static List<long> Steps(Answer answer) =>
        [.. (answer.Json["metrics"]?.AsArray() ?? new JsonArray()).Select(m => (long)m!["step"]!)];
}
