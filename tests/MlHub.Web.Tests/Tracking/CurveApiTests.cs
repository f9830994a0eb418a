using System.Text.Json.Nodes;
using MlHub.Testing;

namespace MlHub.Web.Tests.Tracking;

/// <summary>Curves for charts: thinned, exact between two steps, and whole as CSV.</summary>
public sealed class CurveApiTests(PortHub hub) : IClassFixture<PortHub>
{
    private const string Curves = "/api/2.0/mlhub/metrics/curves";

    [Fact]
    public async Task A_curve_is_thinned_to_what_was_asked_for_and_exact_between_two_steps()
    {
        var (_, run) = await hub.GivenRunAsync();
        await LogAsync(run, 500);

        var thin = Curve(await hub.Ann.AskAsync(HttpMethod.Get, $"{Curves}?run_ids={run}&metric_key=m&max_points=50"));
        var part = Curve(await hub.Ann.AskAsync(HttpMethod.Post, Curves, new { run_ids = new[] { run }, metric_key = "m", start_step = 250, end_step = 259 }));

        Assert.InRange(thin["steps"]!.AsArray().Count, 25, 51);
        Assert.Equal(500, (long)thin["total"]!);
        Assert.Equal(run, (string?)thin["run_id"]);
        Assert.Equal(Enumerable.Range(250, 10), part["steps"]!.AsArray().Select(s => (int)s!));
        Assert.Equal(Enumerable.Range(1250, 10), part["timestamps"]!.AsArray().Select(s => (int)s!));
        Assert.Equal("NaN", (string?)part["values"]![0]);
    }

    [Theory]
    [InlineData("", 400, "run_ids")]
    [InlineData("run_ids=RUN", 400, "metric_key")]
    [InlineData("run_ids=RUN&metric_key=m&max_points=1", 400, "max_points")]
    [InlineData("run_ids=RUN&metric_key=m&max_points=10001", 400, "max_points")]
    [InlineData("run_ids=RUN&metric_key=m&start_step=3", 400, "start step")]
    [InlineData("run_ids=RUN&metric_key=m&start_step=3&end_step=2", 400, "end_step")]
    [InlineData("run_ids=RUN&metric_key=unknown", 200, "\"curves\":[]")]
    [InlineData("run_ids=unknown&metric_key=m", 200, "\"curves\":[]")]
    public async Task What_cannot_be_answered_says_why(string query, int status, string words)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.AskAsync(HttpMethod.Get, $"{Curves}?{query.Replace("RUN", run, StringComparison.Ordinal)}");

        Assert.Equal(status, answer.Status);
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Too_many_runs_are_refused()
    {
        var answer = await hub.Ann.AskAsync(HttpMethod.Post, Curves, new { run_ids = Enumerable.Range(0, 1001).Select(i => $"{i}"), metric_key = "m" });

        Assert.Equal(400, answer.Status);
    }

    [Fact]
    public async Task Csv_has_every_point()
    {
        var (_, run) = await hub.GivenRunAsync();
        await LogAsync(run, 3000);

        var answer = await hub.Ann.AskAsync(HttpMethod.Get, $"/curves.csv?run_id={run}&metric_key=m");

        var lines = answer.Text.TrimEnd().Split('\n');
        Assert.Equal("step,timestamp,value", lines[0]);
        Assert.Equal(3001, lines.Length);
        Assert.Equal(("0,1000,0", "250,1250,NaN", "2999,3999,1499.5"), (lines[1], lines[251], lines[3000]));
    }

    private static JsonNode Curve(Answer answer) => answer.Json["curves"]!.AsArray().Single()!;

    private async Task LogAsync(string run, int points)
    {
        foreach (var some in Enumerable.Range(0, points).Chunk(1000))
        {
            await hub.Ann.CallAsync("/runs/log-batch", new
            {
                run_id = run,
                metrics = some.Select(i => new { key = "m", value = i == 250 ? (object)"NaN" : i / 2.0, timestamp = 1000 + i, step = i }),
            });
        }
    }
}
