using System.Text.Json.Nodes;
using MlHub.Web.Tracking.Table;

namespace MlHub.Web.Tests.Tracking;

public sealed class RunExportTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task All_runs_that_match_come_with_the_columns_asked_for()
    {
        var experiment = await GivenAsync();

        var lines = await LinesAsync($"{experiment}&format=csv&cols=metrics.m&cols=params.p&filter=metrics.m IS NOT NULL&order_by=metrics.m ASC");

        Assert.Equal("run_id,run_name,status,start_time,end_time,user,parent_run_id,datasets,metrics.m,params.p", lines[0]);
        Assert.Equal(["-Infinity", "-2.5", "1e-07", "3", "Infinity", "NaN"], lines[1..].Select(l => l.Split(',')[8].Replace("E-07", "e-07", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task All_columns_are_those_of_any_run()
    {
        var experiment = await GivenAsync();

        var lines = await LinesAsync($"{experiment}&format=csv");

        Assert.EndsWith("metrics.m,metrics.other,params.p,tags.mlflow.runName", lines[0], StringComparison.Ordinal);
        Assert.Equal(8, lines.Length);
    }

    [Fact]
    public async Task NDJSON_keeps_NaN_and_the_infinities_by_name()
    {
        var experiment = await GivenAsync();

        var runs = (await LinesAsync($"{experiment}&format=ndjson&order_by=metrics.m ASC")).Select(l => JsonNode.Parse(l)!).ToList();

        Assert.Equal(["\"-Infinity\"", "-2.5", "1E-07", "3", "\"Infinity\"", "\"NaN\""], runs[..6].Select(r => r["metrics"]!["m"]!.ToJsonString()));
        Assert.Equal(("with none", "RUNNING"), ((string?)runs[6]["run_name"], (string?)runs[6]["status"]));
    }

    /// <summary>More runs than are read at once, each once.</summary>
    [Fact]
    public async Task Pages_of_runs_follow_one_another_without_a_seam()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        await Parallel.ForAsync(0, 1030, async (i, _) => await hub.Ann.GivenRunAsync(experiment, $"r{i}"));

        var ids = (await LinesAsync($"{experiment}&format=csv&cols=metrics.m"))[1..].Select(l => l.Split(',')[0]).ToList();

        Assert.Equal((1030, 1030), (ids.Count, ids.Distinct().Count()));
    }

    [Fact]
    public async Task A_wrong_filter_or_format_is_refused_before_anything_is_sent()
    {
        var (experiment, _) = await hub.GivenRunAsync();

        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Get, $"{RunExportEndpoint.Path}?experiment_id={experiment}&format=csv&filter=metrics.m <")).Status);
        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Get, $"{RunExportEndpoint.Path}?experiment_id={experiment}&format=xlsx")).Status);
    }

    /// <summary>What a spreadsheet would run is text in it; numbers stay numbers.</summary>
    [Theory]
    [InlineData("=1+1", "'=1+1")]
    [InlineData("=HYPERLINK(\"http://evil\",\"x\")", "\"'=HYPERLINK(\"\"http://evil\"\",\"\"x\"\")\"")]
    [InlineData("=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0")]
    [InlineData("+1+cmd", "'+1+cmd")]
    [InlineData("-1+cmd", "'-1+cmd")]
    [InlineData("@SUM(1)", "'@SUM(1)")]
    [InlineData("|calc", "'|calc")]
    [InlineData("%0A=1", "'%0A=1")]
    [InlineData("\t=1", "\"'\t=1\"")]
    [InlineData("\r=1", "\"'\r=1\"")]
    [InlineData("\n=1", "\"'\n=1\"")]
    [InlineData("  =1+1", "\"'  =1+1\"", "'  =1+1")]
    [InlineData("＝1+1", "'＝1+1")]
    [InlineData("＠SUM(1)", "'＠SUM(1)")]
    [InlineData("a\",=1,\"", "\"a\"\",=1,\"\"\"")]
    [InlineData("a\r\n=1", "\"a\r\n=1\"")]
    [InlineData("a;=1", "\"a;=1\"")]
    [InlineData("-0.5", "-0.5")]
    [InlineData("+1e-3", "+1e-3")]
    [InlineData("plain = text", "plain = text")]
    [InlineData("", "")]
    public void Formulas_are_defended(string text, string cell, string? orPlain = null)
    {
        var line = new System.Text.StringBuilder();
        CsvText.AppendLine(line, [CsvText.Defended(text)]);

        Assert.Contains(line.ToString(), new[] { cell + "\r\n", orPlain + "\r\n" });
    }

    [Fact]
    public async Task Names_params_and_keys_of_a_run_reach_the_file_defended()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var run = await hub.Ann.GivenRunAsync(experiment, "=1+1");
        await hub.Ann.CallAsync("/runs/log-batch", new { run_id = run, @params = new[] { new { key = "p", value = "@SUM(A1)" } }, tags = new[] { new { key = "t", value = "+cmd" } } });

        var lines = await LinesAsync($"{experiment}&format=csv&cols=params.p&cols=tags.t");

        Assert.Contains(",'=1+1,", lines[1], StringComparison.Ordinal);
        Assert.EndsWith(",'@SUM(A1),'+cmd", lines[1], StringComparison.Ordinal);
    }

    private async Task<string> GivenAsync()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        foreach (var value in new object[] { 3, "NaN", "Infinity", "-Infinity", -2.5, 1e-7 })
        {
            var run = await hub.Ann.GivenRunAsync(experiment, $"with {value}");
            await hub.Ann.CallAsync("/runs/log-batch", new { run_id = run, metrics = new[] { new { key = "m", value, timestamp = 1 } }, @params = new[] { new { key = "p", value = "v" } } });
        }

        var last = await hub.Ann.GivenRunAsync(experiment, "with none");
        await hub.Ann.CallAsync("/runs/log-metric", new { run_id = last, key = "other", value = 1, timestamp = 1 });
        return experiment;
    }

    private async Task<string[]> LinesAsync(string query)
    {
        var answer = await hub.Ann.AskAsync(HttpMethod.Get, $"{RunExportEndpoint.Path}?experiment_id={query}");
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
    }
}
