using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Clients;

/// <summary>What the tests of MLflow's stores, in its versions 2 and 3, expect of what was logged.</summary>
public sealed class StoreClientTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_dataset_and_its_tags_stay_as_they_were_logged_first()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await LogAsync(run, Input("name", "digest", "first", "key1"));
        for (var i = 0; i < 3; i++)
        {
            await LogAsync(run, Input("name", "digest", $"later {i}", $"other{i}"));
        }

        await LogAsync(run, Input("other name", "digest", "first", "key2"), Input("name", "other digest", "first", "key3"), Input("name", "other digest", "second", "key4"));
        var next = await hub.Ann.GivenRunAsync(experiment);
        await LogAsync(next, Input("name", "digest", "later", "key5"));

        Assert.Equal(["name digest first key1", "name other digest first key3", "other name digest first key2"], await InputsAsync(run));
        Assert.Equal(["name digest first key5"], await InputsAsync(next));
    }

    [Fact]
    public async Task A_run_has_one_name_however_it_gets_it()
    {
        var (_, run) = await hub.GivenRunAsync();
        Assert.Equal(("first", "first"), await NamesAsync(run));

        await hub.Ann.CallAsync("/runs/update", new { run_id = run, run_name = "" });
        Assert.Equal(("first", "first"), await NamesAsync(run));
        await hub.Ann.CallAsync("/runs/delete-tag", new { run_id = run, key = "mlflow.runName" });
        Assert.Equal(("first", null), await NamesAsync(run));
        await hub.Ann.CallAsync("/runs/update", new { run_id = run, run_name = "first" });
        Assert.Equal(("first", "first"), await NamesAsync(run));
        await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "mlflow.runName", value = "newest name" });
        Assert.Equal(("newest name", "newest name"), await NamesAsync(run));
        await hub.Ann.CallAsync("/runs/log-batch", new { run_id = run, tags = new[] { new { key = "mlflow.runName", value = "batch name" } } });
        Assert.Equal(("batch name", "batch name"), await NamesAsync(run));
    }

    [Theory]
    [InlineData("metrics.x asc, metrics.y asc", "-inf/4 -1000/5 0/6 0/7 1000/8 inf/3 nan/2 none/1")]
    [InlineData("metrics.x asc, metrics.y desc", "-inf/4 -1000/5 0/7 0/6 1000/8 inf/3 nan/2 none/1")]
    [InlineData("metrics.x asc, tag.metric desc", "-inf/4 -1000/5 0/7 0/6 1000/8 inf/3 nan/2 none/1")]
    [InlineData("metrics.x desc, metrics.y asc", "inf/3 1000/8 0/6 0/7 -1000/5 -inf/4 nan/2 none/1")]
    [InlineData("metrics.x desc, param.metric desc", "inf/3 1000/8 0/7 0/6 -1000/5 -inf/4 nan/2 none/1")]
    [InlineData("attribute.end_time asc", "-1000/5 0/6 0/7 1000/8 inf/3 -inf/4 nan/2 none/1")]
    [InlineData("attribute.end_time desc", "-inf/4 inf/3 1000/8 0/7 0/6 -1000/5 nan/2 none/1")]
    public async Task Runs_that_lack_what_they_are_sorted_by_come_last(string order, string expected)
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"o-{Guid.NewGuid():N}");
        foreach (var (name, end) in new[] { ("none/1", 0), ("nan/2", 0), ("inf/3", 500), ("-inf/4", 600), ("-1000/5", 1), ("0/6", 200), ("0/7", 300), ("1000/8", 400) })
        {
            // By their start, which decides last, what lacks its end comes as it comes among the metrics.
            var (value, number) = (name.Split('/')[0], name.Split('/')[1]);
            var start = name == "nan/2" ? 124 : 123;
            var run = (string)(await hub.Ann.CallAsync("/runs/create", new { experiment_id = experiment, start_time = start, run_name = name }))["run"]!["info"]!["run_id"]!;
            var metrics = value == "none" ? "" : $$"""{"key":"x","value":{{Number(value)}},"timestamp":1},{"key":"y","value":{{number}},"timestamp":1}""";
            await hub.Ann.CallAsync("/runs/log-batch", $$"""{"run_id":"{{run}}","metrics":[{{metrics}}],"params":[{"key":"metric","value":"{{number}}"}],"tags":[{"key":"metric","value":"{{number}}"}]}""");
            await hub.Ann.CallAsync("/runs/update", new { run_id = run, status = "FINISHED", end_time = end == 0 ? (int?)null : end });
        }

        var found = await hub.Ann.PostedAsync("/runs/search", new { experiment_ids = new[] { experiment }, run_view_type = "ALL", order_by = order.Split(", ") });

        Assert.Equal(expected, string.Join(' ', found.Json["runs"]!.AsArray().Select(r => (string)r!["info"]!["run_name"]!)));
    }

    private static string Number(string value) => value switch
    {
        "nan" => "\"NaN\"",
        "inf" => "\"Infinity\"",
        "-inf" => "\"-Infinity\"",
        _ => value,
    };

    private static object Input(string name, string digest, string source, string tag) =>
        new { tags = new[] { new { key = tag, value = "v" } }, dataset = new { name, digest, source_type = "local", source } };

    private async Task LogAsync(string run, params object[] datasets) => await hub.Ann.CallAsync("/runs/log-inputs", new { run_id = run, datasets });

    private async Task<JsonNode> RunAsync(string run) => (await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Json["run"]!;

    private async Task<(string?, string?)> NamesAsync(string run)
    {
        var found = await RunAsync(run);
        var tags = found["data"]!["tags"]?.AsArray() ?? new JsonArray();
        return ((string?)found["info"]!["run_name"], (string?)tags.FirstOrDefault(t => (string?)t!["key"] == "mlflow.runName")?["value"]);
    }

    private async Task<IEnumerable<string>> InputsAsync(string run) =>
        (await RunAsync(run))["inputs"]!["dataset_inputs"]!.AsArray()
            .Select(i => $"{i!["dataset"]!["name"]} {i["dataset"]!["digest"]} {i["dataset"]!["source"]} {i["tags"]!.AsArray().Single()!["key"]}").Order(StringComparer.Ordinal);
}
