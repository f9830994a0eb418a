namespace MlHub.Web.Tests.Tracking;

/// <summary>What charts ask of many runs at once. On a real port, since the questions can be long.</summary>
public sealed class BulkApiTests(PortHub hub) : IClassFixture<PortHub>
{
    private const string Bulk = "/ajax-api/2.0/mlflow/metrics/get-history-bulk", Interval = Bulk + "-interval", Datasets = "/ajax-api/2.0/mlflow/experiments/search-datasets";

    private static readonly string ManyRuns = string.Join('&', Enumerable.Range(0, 1000).Select(i => $"run_id=id_{i}"));

    [Fact]
    public async Task Histories_come_run_by_run_and_no_more_than_wanted()
    {
        var (experiment, one) = await hub.GivenRunAsync();
        var other = await hub.Ann.GivenRunAsync(experiment);
        var third = await hub.Ann.GivenRunAsync(experiment);
        (long Time, long Step, double Value)[] points = [(7, -2, -100), (8, 0, 0), (8, 0, 1), (9, 1, 12)];
        foreach (var run in new[] { one, other })
        {
            await hub.Ann.CallAsync("/runs/log-batch", new { run_id = run, metrics = points.Select(p => new { key = "b", value = p.Value, timestamp = p.Time, step = p.Step }) });
        }

        var all = await hub.Ann.AskAsync(HttpMethod.Get, $"{Bulk}?run_id={one}&run_id={third}&run_id={other}&run_id=unknown&metric_key=b");
        var some = await hub.Ann.AskAsync(HttpMethod.Get, $"{Bulk}?run_id={one}&run_id={other}&metric_key=b&max_results=5");
        var none = await hub.Ann.AskAsync(HttpMethod.Get, $"{Bulk}?run_id={third}&metric_key=b");

        var expected = new[] { one, other }.Order(StringComparer.Ordinal)
            .SelectMany(r => points.Select(p => $$"""{"key":"b","value":{{p.Value:F1}},"timestamp":{{p.Time}},"step":{{p.Step}},"run_id":"{{r}}"}""")).ToList();
        Assert.Equal($$"""{"metrics":[{{string.Join(',', expected)}}]}""", all.Text);
        Assert.Equal($$"""{"metrics":[{{string.Join(',', expected.Take(5))}}]}""", some.Text);
        Assert.Equal("""{"metrics":[]}""", none.Text);
    }

    [Fact]
    public async Task Sampled_steps_are_even_and_hold_every_runs_ends()
    {
        var (experiment, one) = await hub.GivenRunAsync();
        var other = await hub.Ann.GivenRunAsync(experiment);
        await LogAsync(one, 10, 1);
        await LogAsync(other, 20, 1);

        Assert.Equal("0 2 4 6 8 9", await StepsAsync($"run_ids={one}&max_results=5"));
        Assert.Equal("0 1 2 3 4", await StepsAsync($"run_ids={one}&start_step=0&end_step=4&max_results=5"));
        Assert.Equal("3 5 6", await StepsAsync($"run_ids={one}&start_step=3&end_step=6&max_results=2"));
        Assert.Equal("0 4 8 9 0 4 8 9 12 16 19", await StepsAsync($"run_ids={one}&run_ids={other}&max_results=5"));
        Assert.Equal("0 4 8 9 12 16 19 0 4 8 9", await StepsAsync($"run_ids={other}&run_ids={one}&max_results=5"));
        await LogAsync(one, 10, 2);
        Assert.Equal("0 0 2 2 4 4 6 6 8 8 9 9", await StepsAsync($"run_ids={one}&max_results=5"));
        Assert.Equal("", await StepsAsync("run_ids=unknown&max_results=5"));
    }

    [Fact]
    public async Task Both_prefixes_answer()
    {
        var (_, run) = await hub.GivenRunAsync();
        await LogAsync(run, 3, 1);

        var api = await hub.Ann.GotAsync($"/metrics/get-history-bulk-interval?run_ids={run}&metric_key=m");
        var ajax = await hub.Ann.AskAsync(HttpMethod.Get, $"{Interval}?run_ids={run}&metric_key=m");

        Assert.Equal((200, ajax.Text), (api.Status, api.Text));
    }

    public static TheoryData<string, string> Refusals => new()
    {
        { $"{Bulk}?metric_key=key", "GetMetricHistoryBulk request must specify at least one run_id" },
        { $"{Bulk}?{ManyRuns}&metric_key=key", "GetMetricHistoryBulk request cannot specify more than 100 run_ids. Received 1000 run_ids." },
        { $"{Bulk}?run_id=123", "GetMetricHistoryBulk request must specify a metric_key" },
        { $"{Bulk}?run_id=123&metric_key=k&max_results=-1", "Invalid value -1 for parameter 'max_results' supplied" },
        { $"{Interval}?metric_key=key", "Missing value for required parameter 'run_ids'." },
        { $"{Interval}?{ManyRuns.Replace("run_id", "run_ids", StringComparison.Ordinal)}&metric_key=key", "GetMetricHistoryBulkInterval request must specify at most 100 run_ids." },
        { $"{Interval}?run_ids=123&metric_key=key&max_results=0", "max_results must be between 1 and 2500" },
        { $"{Interval}?run_ids=123&metric_key=key&max_results=2501", "max_results must be between 1 and 2500" },
        { $"{Interval}?run_ids=123&metric_key=", "Missing value for required parameter 'metric_key'" },
        { $"{Interval}?run_ids=123&max_results=5", "Missing value for required parameter 'metric_key'" },
        { $"{Interval}?run_ids=123&metric_key=key&start_step=1&end_step=0&max_results=5", "end_step must be greater than start_step. " },
        { $"{Interval}?run_ids=123&metric_key=key&start_step=1&max_results=5", "If either start step or end step are specified, both must be specified." },
        { $"{Interval}?run_ids=123&metric_key=key&start_step=x&end_step=5", "Invalid value \"x\" for parameter 'start_step' supplied" },
    };

    [Theory]
    [MemberData(nameof(Refusals))]
    public async Task A_question_that_makes_no_sense_is_refused_in_MLflows_words(string question, string words)
    {
        var answer = await hub.Ann.AskAsync(HttpMethod.Get, question);

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Contains(words, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Datasets_are_found_once_for_each_context()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var second = await hub.Ann.GivenRunAsync(experiment);
        await UseAsync(run, "name1", "training");
        await UseAsync(second, "name1", "training");
        await UseAsync(second, "name2", null);

        var found = await hub.Ann.AskAsync(HttpMethod.Post, Datasets, new { experiment_ids = new[] { experiment, "987654" } });
        var none = await hub.Ann.PostedAsync("/experiments/search-datasets", new { experiment_ids = new[] { "987654" } });

        Assert.Equal(
            $$"""{"dataset_summaries":[{"experiment_id":"{{experiment}}","name":"name1","digest":"d","context":"training"},{"experiment_id":"{{experiment}}","name":"name2","digest":"d"}]}""",
            found.Text);
        Assert.Equal((200, "{}"), (none.Status, none.Text));
    }

    [Fact]
    public async Task A_search_for_datasets_names_a_few_experiments()
    {
        var missing = await hub.Ann.AskAsync(HttpMethod.Post, Datasets, "{}");
        var empty = await hub.Ann.AskAsync(HttpMethod.Post, Datasets, new { experiment_ids = Array.Empty<string>() });
        var many = await hub.Ann.AskAsync(HttpMethod.Post, Datasets, new { experiment_ids = Enumerable.Range(0, 1000).Select(i => $"id_{i}") });
        var words = await hub.Ann.AskAsync(HttpMethod.Post, Datasets, new { experiment_ids = new[] { "id_1" } });

        Assert.All([missing, empty, many, words], a => Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (a.Status, a.Code)));
        Assert.All([missing, empty], a => Assert.Equal("SearchDatasets request must specify at least one experiment_id.", a.Message));
        Assert.StartsWith("SearchDatasets request cannot specify more than", many.Message, StringComparison.Ordinal);
    }

    private async Task LogAsync(string run, int steps, long timestamp) => await
        hub.Ann.CallAsync("/runs/log-batch", new { run_id = run, metrics = Enumerable.Range(0, steps).Select(i => new { key = "m", value = 10, timestamp, step = i }) });

    private async Task UseAsync(string run, string name, string? context) => await
        hub.Ann.CallAsync("/runs/log-inputs", new
        {
            run_id = run,
            datasets = new[] { new { tags = context is null ? [] : new[] { new { key = "mlflow.data.context", value = context } }, dataset = new { name, digest = "d", source_type = "s", source = "s" } } },
        });

    private async Task<string> StepsAsync(string query)
    {
        var answer = await hub.Ann.AskAsync(HttpMethod.Get, $"{Interval}?{query}&metric_key=m");
        Assert.Equal(200, answer.Status);
        return string.Join(' ', answer.Json["metrics"]!.AsArray().Select(m => (long)m!["step"]!));
    }
}
