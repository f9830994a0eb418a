using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Clients;

/// <summary>
/// What the tests of MLflow's own Python client ask of a tracking server, in its versions 2 and 3: orders, defaults, and the words
/// they look for in refusals, on the wire over a real port.
/// </summary>
public sealed class TrackingClientTests(PortHub hub) : IClassFixture<PortHub>
{
    [Theory]
    [InlineData("/experiments/create", """{"name":123}""", """Invalid value 123 for parameter 'name'""")]
    [InlineData("/experiments/create", "{}", "Missing value for required parameter 'name'.")]
    [InlineData("/experiments/create", """{"name":"x","artifact_location":9.0}""", "Invalid value 9.0 for parameter 'artifact_location'")]
    [InlineData("/experiments/create", """{"name":"x","artifact_location":"l","tags":"5"}""", """Invalid value \"5\" for parameter 'tags'""")]
    [InlineData("/runs/log-metric", """{"run_id":31,"key":"m","value":41,"timestamp":59,"step":26}""", "Invalid value 31 for parameter 'run_id' supplied")]
    [InlineData("/runs/log-metric", """{"run_id":"RUN","key":31,"value":41,"timestamp":59,"step":26}""", "Invalid value 31 for parameter 'key' supplied")]
    [InlineData("/runs/log-metric", """{"run_id":"RUN","key":"m","value":31,"timestamp":59,"step":"foo"}""", """Invalid value \"foo\" for parameter 'step' supplied""")]
    [InlineData("/runs/log-metric", """{"run_id":"RUN","key":"m","value":31,"timestamp":"foo"}""", """Invalid value \"foo\" for parameter 'timestamp' supplied""")]
    [InlineData("/runs/log-metric", """{"run_id":null,"key":"m","value":31,"timestamp":59}""", "Missing value for required parameter 'run_id'")]
    [InlineData("/runs/log-metric", """{"run_id":"RUN","value":31,"timestamp":59}""", "Missing value for required parameter 'key'")]
    [InlineData("/runs/log-metric", """{"run_id":"RUN","key":null,"value":31,"timestamp":59}""", "Missing value for required parameter 'key'")]
    [InlineData("/runs/log-parameter", """{"run_id":31,"key":"p","value":41}""", "Invalid value 31 for parameter 'run_id' supplied")]
    [InlineData("/runs/log-parameter", """{"run_id":"RUN","key":31,"value":41}""", "Invalid value 31 for parameter 'key' supplied")]
    [InlineData("/runs/set-tag", """{"run_id":"RUN","key":"t","value":41}""", "Invalid value 41 for parameter 'value' supplied")]
    [InlineData("/runs/set-tag", """{"run_id":"RUN","value":"v"}""", "Missing value for required parameter 'key'")]
    [InlineData("/runs/log-batch", """{"run_id":"RUN","metrics":"foo"}""", """Invalid value \"foo\" for parameter 'metrics' supplied""")]
    [InlineData("/runs/log-batch", """{"run_id":"RUN","params":"foo"}""", """Invalid value \"foo\" for parameter 'params' supplied""")]
    [InlineData("/runs/log-batch", """{"run_id":"RUN","tags":"foo"}""", """Invalid value \"foo\" for parameter 'tags' supplied""")]
    [InlineData("/runs/log-batch", """{"run_id":"RUN","metrics":[{"key":"mae","value":2.5}]}""", """Invalid value [{\"key\":\"mae\",\"value\":2.5}] for parameter 'metrics' supplied""")]
    [InlineData("/runs/log-batch", """{"run_id":"RUN","metrics":[{"key":"mae","value":2.5}]}""", "Missing value for required parameter 'metrics[0].timestamp'")]
    [InlineData("/runs/log-batch", """{"run_id":"RUN","metrics":[{"key":"../bad/name","value":0.3,"timestamp":3}]}""", """Invalid value \"../bad/name\" for parameter 'metrics[0].name'""")]
    [InlineData("/runs/log-batch", """{"run_id":"RUN","params":[{"key":"../bad/name","value":"v"}]}""", """Invalid value \"../bad/name\" for parameter 'params[0].key' supplied""")]
    [InlineData("/runs/log-batch", """{"run_id":"RUN","tags":[{"key":"../bad/name","value":"v"}]}""", """Invalid value \"../bad/name\" for parameter 'tags[0].key' supplied""")]
    [InlineData("/runs/log-batch", """{"run_id":"RUN","params":[{"key":"a","value":"1"},{"key":"b","value":"1"},{"key":"a","value":"2"}]}""", "Duplicate parameter keys have been submitted: ['a'].")]
    [InlineData("/runs/log-batch", """{"run_id":"RUN","params":[{"key":"a","value":"1"},{"key":"a","value":"1"}]}""", "Duplicate parameter keys have been submitted: ['a'].")]
    [InlineData("/experiments/create", """{"name":"x","artifact_location":"runs:/blah/foo"}""", "Artifact location cannot be a runs:/ URI. Given: 'runs:/blah/foo'")]
    [InlineData("/experiments/set-experiment-tag", """{"experiment_id":"0","key":"../a","value":"v"}""", """Invalid value \"../a\" for parameter 'key' supplied""")]
    [InlineData("/runs/log-inputs", """{"datasets":["{\"dataset\":{}}"]}""", "Missing value for required parameter 'run_id'")]
    [InlineData("/runs/log-inputs", """{"run_id":"RUN"}""", "Missing value for required parameter 'datasets'")]
    [InlineData("/runs/search", """{"experiment_ids":["0"],"max_results":123456789}""", "Invalid value 123456789 for parameter 'max_results' supplied")]
    public async Task A_wrong_or_missing_value_is_told_in_MLflows_words(string call, string body, string words)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync(call, body.Replace("RUN", run, StringComparison.Ordinal));

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
        Assert.Contains(words, answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Experiments_come_the_newest_first_whatever_becomes_of_them()
    {
        var mark = $"o{Guid.NewGuid():N}";
        var ids = new List<string>();
        foreach (var (name, tag) in new[] { ("a", "value"), ("ab", "vaLue"), ("Abc", null) })
        {
            var tags = tag is null ? Array.Empty<object>() : [new { key = mark, value = tag }];
            ids.Add((string)(await hub.Ann.CallAsync("/experiments/create", new { name = mark + name, tags }))["experiment_id"]!);
        }

        Assert.Equal("Abc ab a", await NamesAsync(mark, $"name LIKE '{mark}%'"));
        Assert.Equal("a", await NamesAsync(mark, $"attribute.name = '{mark}a'"));
        Assert.Equal("ab a", await NamesAsync(mark, $"name LIKE '{mark}a%'"));
        Assert.Equal("Abc ab a", await NamesAsync(mark, $"name ILIKE '{mark}a%'"));
        Assert.Equal("a", await NamesAsync(mark, $"tag.{mark} = 'value'"));
        Assert.Equal("ab", await NamesAsync(mark, $"tag.{mark} != 'value'"));
        Assert.Equal("ab a", await NamesAsync(mark, $"tag.{mark} ILIKE '%alu%'"));
        Assert.Equal("ab a Abc", await NamesAsync(mark, $"name LIKE '{mark}%'", orderBy: "name DESC"));

        var first = await hub.Ann.PostedAsync("/experiments/search", new { filter = $"name LIKE '{mark}%'", max_results = 2 });
        var rest = await hub.Ann.PostedAsync("/experiments/search", new { filter = $"name LIKE '{mark}%'", page_token = (string?)first.Json["next_page_token"], max_results = 1000 });
        Assert.Equal(("Abc ab", "a"), (Names(first, mark), Names(rest, mark)));
        Assert.False(rest.Json.ContainsKey("next_page_token"));

        await hub.Ann.CallAsync("/experiments/delete", new { experiment_id = ids[1] });
        Assert.Equal("Abc a", await NamesAsync(mark, $"name LIKE '{mark}%'", view: "ACTIVE_ONLY"));
        Assert.Equal("ab", await NamesAsync(mark, $"name LIKE '{mark}%'", view: "DELETED_ONLY"));
        Assert.Equal("Abc ab a", await NamesAsync(mark, $"name LIKE '{mark}%'", view: "ALL"));
        Assert.Equal("Abc ab a", await NamesAsync(mark, $"name LIKE '{mark}%'", view: 3));
    }

    [Fact]
    public async Task An_experiment_that_is_there_or_not_is_told_in_MLflows_words()
    {
        var name = $"popular {Guid.NewGuid():N}";
        await hub.Ann.GivenExperimentAsync(name);

        var twice = await hub.Ann.PostedAsync("/experiments/create", new { name });
        var absent = await hub.Ann.GotAsync("/experiments/get?experiment_id=-1337");

        Assert.Equal((400, "RESOURCE_ALREADY_EXISTS", $"Experiment(name={name}) already exists."), (twice.Status, twice.Code, twice.Message));
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST", "No Experiment with id=-1337 exists"), (absent.Status, absent.Code, absent.Message));
    }

    [Fact]
    public async Task Values_that_are_too_long_are_cut_as_by_MLflows_server()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var (param, tag) = (new string('p', Limits.ParamValue + 1), new string('t', Limits.TagValue - 1) + "\U0001F600");

        await hub.Ann.CallAsync("/runs/log-parameter", new { run_id = run, key = "p", value = param });
        await hub.Ann.CallAsync("/runs/log-batch", new { run_id = run, @params = new[] { new { key = "p", value = param } }, tags = new[] { new { key = "t", value = tag } } });
        var data = (await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Json["run"]!["data"]!;
        var other = (await hub.Ann.CallAsync("/runs/create", new { experiment_id = experiment, tags = new[] { new { key = "t", value = tag } } }))["run"]!["data"]!;

        Assert.Equal(param[..^1], (string?)data["params"]!.AsArray().Single()!["value"]);
        Assert.All([data, other], d => Assert.Equal(tag[..^2], (string?)d["tags"]!.AsArray().Single(t => (string?)t!["key"] == "t")!["value"]));
    }

    [Fact]
    public async Task Runs_that_began_together_come_in_order_of_their_ids()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        List<string> runs = [];
        for (var i = 0; i < 10; i++)
        {
            runs.Add(await hub.Ann.GivenRunAsync(experiment));
        }

        List<int> pages = [];
        List<string> found = [];
        for (string? token = null; pages.Count == 0 || token is not null;)
        {
            var page = await hub.Ann.PostedAsync("/runs/search", new { experiment_ids = new[] { experiment }, max_results = 4, page_token = token });
            var ids = page.Json["runs"]!.AsArray().Select(r => (string)r!["info"]!["run_id"]!).ToList();
            (token, found) = ((string?)page.Json["next_page_token"], [.. found, .. ids]);
            pages.Add(ids.Count);
        }

        Assert.Equal([4, 4, 2], pages);
        Assert.Equal(runs.Order(StringComparer.Ordinal), found);
    }

    [Fact]
    public async Task Tags_are_deleted_in_MLflows_words()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/set-tag", new { run_uuid = run, key = "taggity", value = "" });

        await hub.Ann.CallAsync("/runs/delete-tag", new { run_id = run, key = "taggity" });
        var noRun = await hub.Ann.PostedAsync("/runs/delete-tag", new { run_id = "fake_run_id", key = "taggity" });
        var noTag = await hub.Ann.PostedAsync("/runs/delete-tag", new { run_id = run, key = "fakeTag" });
        await hub.Ann.CallAsync("/runs/delete", new { run_id = run });
        var deleted = await hub.Ann.PostedAsync("/runs/delete-tag", new { run_id = run, key = "taggity" });

        Assert.Matches("Run .+ not found", noRun.Message);
        Assert.Equal("RESOURCE_DOES_NOT_EXIST", noRun.Code);
        Assert.Contains("No tag with name: fakeTag", noTag.Message, StringComparison.Ordinal);
        Assert.Contains($"The run {run} must be in", deleted.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("/api/2.0/mlflow/artifacts/list?run_id=RUN&path=../path")]
    [InlineData("/get-artifact?run_id=RUN&path=../path")]
    [InlineData("//model-versions/get-artifact?name=model&version=1&path=../path")]
    public async Task A_path_that_leads_out_is_refused_in_two_words(string call)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.AskAsync(HttpMethod.Get, hub.Address.ToString().TrimEnd('/') + call.Replace("RUN", run, StringComparison.Ordinal));

        Assert.Equal((400, """{"error_code":"INVALID_PARAMETER_VALUE","message":"Invalid path"}"""), (answer.Status, answer.Text));
    }

    [Fact]
    public async Task A_renamed_run_keeps_its_status_and_its_end()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/update", new { run_id = run, status = "FINISHED", end_time = 1_700_000_000_500 });

        await hub.Ann.CallAsync("/runs/update", new { run_id = run, run_uuid = run, run_name = "name_abc" });
        var info = (await hub.Ann.GotAsync($"/runs/get?run_id={run}&run_uuid={run}")).Json["run"]!["info"]!;

        Assert.Equal(("name_abc", "FINISHED", 1_700_000_000_500), ((string?)info["run_name"], (string?)info["status"], (long)info["end_time"]!));
    }

    [Fact]
    public async Task Tags_of_a_dataset_come_back_in_their_order()
    {
        var (_, run) = await hub.GivenRunAsync();
        var dataset = new { name = "dataset", digest = "f0f3e026", source_type = "local", source = "{}" };
        var tags = new[] { new { key = "foo", value = "baz" }, new { key = "bar", value = "" }, new { key = "mlflow.data.context", value = "train" } };

        await hub.Ann.CallAsync("/runs/log-inputs", new { run_id = run, datasets = new[] { new { tags, dataset } } });
        var inputs = (await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Json["run"]!["inputs"]!["dataset_inputs"]!.AsArray();

        Assert.Equal(["foo", "bar", "mlflow.data.context"], inputs.Single()!["tags"]!.AsArray().Select(t => (string)t!["key"]!));
    }

    [Fact]
    public async Task What_MLflow_has_and_MlHub_has_not_is_told_as_JSON()
    {
        foreach (var (method, call) in new[]
        {
            (HttpMethod.Post, "/graphql"), (HttpMethod.Post, "/api/2.0/mlflow/graphql"), (HttpMethod.Get, "/api/3.0/mlflow/traces/tr-1"), (HttpMethod.Post, "/api/3.0/mlflow/traces/search"),
            (HttpMethod.Post, "/api/2.0/mlflow/traces"), (HttpMethod.Post, "/api/2.0/preview/mlflow/registered-models/create"), (HttpMethod.Post, "/ajax-api/2.0/mlflow/gateway-proxy"),
        })
        {
            var answer = await hub.Ann.AskAsync(method, call, method == HttpMethod.Post ? "{}" : null);

            Assert.True((404, "ENDPOINT_NOT_FOUND") == (answer.Status, answer.Code), $"{method} {call} answered {answer.Status} {answer.Text}");
        }
    }

    private async Task<string> NamesAsync(string mark, string filter, object? view = null, string? orderBy = null) =>
        Names(await hub.Ann.PostedAsync("/experiments/search", new { filter, max_results = 1000, view_type = view ?? "ACTIVE_ONLY", order_by = orderBy is null ? [] : new[] { orderBy } }), mark);

    private static string Names(Answer answer, string mark) =>
        string.Join(' ', (answer.Json["experiments"]?.AsArray() ?? new JsonArray()).Select(e => ((string)e!["name"]!).Replace(mark, "", StringComparison.Ordinal)));
}
