namespace MlHub.Web.Tests.Tracking;

/// <summary>Each number of <see cref="Limits"/> that REST can reach: what is exactly as long is taken, one more is refused.</summary>
public sealed class LimitsApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    public static TheoryData<string, int> Texts => new()
    {
        { "experiment name", Limits.ExperimentName },
        { "experiment tag value", Limits.ExperimentTagValue },
        { "experiment tag key", Limits.Key },
        { "artifact location", Limits.ArtifactLocation },
        { "run name", Limits.RunName },
        { "renamed run", Limits.RunName },
        { "run name tag", Limits.RunName },
        { "user id", Limits.UserName },
        { "metric key", Limits.Key },
        { "param key", Limits.Key },
        { "tag key", Limits.Key },
        { "dataset name", Limits.DatasetName },
        { "dataset digest", Limits.DatasetDigest },
        { "dataset source", Limits.DatasetSource },
        { "dataset schema", Limits.DatasetSchema },
        { "dataset profile", Limits.DatasetProfile },
        { "filter", Limits.FilterLength },
        { "pattern", Limits.LikePattern },
        { "pattern's wildcards", Limits.LikeWildcards },
        { "JSON's nesting", Limits.JsonDepth },
    };

    public static TheoryData<string, int> Counts => new()
    {
        { "metrics", Limits.MetricsPerBatch },
        { "params", Limits.ParamsPerBatch },
        { "tags", Limits.TagsPerBatch },
    };

    [Theory]
    [MemberData(nameof(Texts))]
    public async Task A_text_may_be_as_long_as_the_limit_and_no_longer(string what, int limit)
    {
        var (experiment, run) = await hub.GivenRunAsync();

        var at = await SendAsync(what, experiment, run, limit);
        var above = await SendAsync(what, experiment, run, limit + 1);

        Assert.Equal(200, at.Status);
        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (above.Status, above.Code));
        Assert.True(above.Text.Length < 1000, "The refusal repeats the whole text.");
    }

    [Theory]
    [MemberData(nameof(Counts))]
    public async Task A_batch_may_have_as_many_entries_as_the_limit_and_no_more(string list, int limit)
    {
        var (_, run) = await hub.GivenRunAsync();

        var at = await hub.Ann.PostedAsync("/runs/log-batch", Batch(run, list, limit));
        var above = await hub.Ann.PostedAsync("/runs/log-batch", Batch(run, list, limit + 1));

        Assert.Equal(200, at.Status);
        Assert.Equal(
            (400, "INVALID_PARAMETER_VALUE", $"A batch logging request can contain at most {limit} {list}. Got {limit + 1} {list}. Please split up {list} across multiple requests and try again."),
            (above.Status, above.Code, above.Message));
    }

    [Fact]
    public async Task All_entries_of_a_batch_together_have_a_limit_too()
    {
        var (_, run) = await hub.GivenRunAsync();

        var at = await hub.Ann.PostedAsync("/runs/log-batch", Batch(run, Limits.EntitiesPerBatch - 100, 50, 50));
        var above = await hub.Ann.PostedAsync("/runs/log-batch", Batch(run, Limits.EntitiesPerBatch - 100, 50, 51));

        Assert.Equal((200, 400), (at.Status, above.Status));
    }

    [Theory]
    [InlineData("runs", Limits.SearchRunsMax)]
    [InlineData("experiments", Limits.SearchExperimentsMax)]
    public async Task A_page_may_be_as_large_as_the_limit_and_no_larger(string what, int limit)
    {
        var (experiment, _) = await hub.GivenRunAsync();

        var at = await hub.Ann.PostedAsync($"/{what}/search", new { experiment_ids = new[] { experiment }, max_results = limit });
        var above = await hub.Ann.PostedAsync($"/{what}/search", new { experiment_ids = new[] { experiment }, max_results = limit + 1 });

        Assert.Equal((200, 400), (at.Status, above.Status));
    }

    [Fact]
    public async Task A_body_may_be_as_large_as_the_limit_and_no_larger()
    {
        var (_, run) = await hub.GivenRunAsync();
        var rest = $$"""{"run_id":"{{run}}","key":"t","value":"v","ignored":""}""";
        string Body(int bytes) => rest.Replace("\"\"", $"\"{new string('x', bytes - rest.Length)}\"", StringComparison.Ordinal);

        var at = await hub.Ann.PostedAsync("/runs/set-tag", Body(Limits.JsonBodyBytes));
        var above = await hub.Ann.PostedAsync("/runs/set-tag", Body(Limits.JsonBodyBytes + 1));

        Assert.Equal(200, at.Status);
        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (above.Status, above.Code));
    }

    private Task<Answer> SendAsync(string what, string experiment, string run, int length)
    {
        var text = new string('x', length);
        object? Dataset(string field) => new
        {
            run_id = run,
            datasets = new[] { new { dataset = new Dictionary<string, string> { ["name"] = "n", ["digest"] = "d", ["source_type"] = "s", ["source"] = "x", [field] = text } } },
        };
        (string, object) Search(string filter) => ("/runs/search", new { experiment_ids = new[] { experiment }, filter });
        var (path, body) = what switch
        {
            "experiment name" => ("/experiments/create", (object)new { name = text }),
            "experiment tag value" => ("/experiments/set-experiment-tag", new { experiment_id = experiment, key = "k", value = text }),
            "experiment tag key" => ("/experiments/set-experiment-tag", new { experiment_id = experiment, key = text, value = "v" }),
            "artifact location" => ("/experiments/create", new { name = $"{Guid.NewGuid()}", artifact_location = "s3://b/" + new string('x', length - 7) }),
            "run name" => ("/runs/create", new { experiment_id = experiment, run_name = text }),
            "renamed run" => ("/runs/update", new { run_id = run, run_name = text }),
            "run name tag" => ("/runs/set-tag", new { run_id = run, key = "mlflow.runName", value = text }),
            "user id" => ("/runs/create", new { experiment_id = experiment, user_id = text }),
            "metric key" => ("/runs/log-metric", new { run_id = run, key = text, value = 1, timestamp = 1 }),
            "param key" => ("/runs/log-parameter", new { run_id = run, key = text, value = "v" }),
            "tag key" => ("/runs/set-tag", new { run_id = run, key = text, value = "v" }),
            "filter" => Search($"tags.t = '{new string('x', length - 11)}'"),
            "pattern" => Search($"tags.t LIKE '{text}'"),
            "pattern's wildcards" => Search($"tags.t LIKE '{string.Concat(Enumerable.Repeat("a%", length))}'"),
            "JSON's nesting" => ("/runs/set-tag", $$"""{"run_id":"{{run}}","key":"k","value":"v","x":{{new string('[', length - 1)}}{{new string(']', length - 1)}}}"""),
            _ => ("/runs/log-inputs", Dataset(what.Split(' ')[1])!),
        };
        return hub.Ann.PostedAsync(path, body);
    }

    private static object Batch(string run, string list, int count) =>
        Batch(run, list == "metrics" ? count : 0, list == "params" ? count : 0, list == "tags" ? count : 0);

    private static object Batch(string run, int metrics, int parameters, int tags) => new
    {
        run_id = run,
        metrics = Enumerable.Range(0, metrics).Select(i => new { key = $"m{i % 7}", value = i, timestamp = i }),
        @params = Enumerable.Range(0, parameters).Select(i => new { key = $"p{i}", value = "v" }),
        tags = Enumerable.Range(0, tags).Select(i => new { key = $"t{i}", value = "v" }),
    };
}
