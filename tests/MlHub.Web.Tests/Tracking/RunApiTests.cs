namespace MlHub.Web.Tests.Tracking;

public sealed class RunApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_run_has_MLflows_fields_and_no_others()
    {
        var experiment = await hub.Ann.GivenExperimentAsync("run fields");

        var made = await hub.Ann.PostedAsync("/runs/create", new
        {
            experiment_id = experiment,
            run_name = "first",
            user_id = "ann-on-her-laptop",
            start_time = 1_700_000_000_123,
            tags = new[] { new { key = "mlflow.source.name", value = "train.py" } },
        });

        var id = (string)made.Json["run"]!["info"]!["run_id"]!;
        Assert.Matches("^[0-9a-f]{32}$", id);
        Assert.Equal(
            JsonText.Sorted($$$$"""
            {"run":{"info":{"run_uuid":"{{{{id}}}}","run_id":"{{{{id}}}}","run_name":"first","experiment_id":"{{{{experiment}}}}","user_id":"ann-on-her-laptop",
            "status":"RUNNING","start_time":1700000000123,"artifact_uri":"mlflow-artifacts:/{{{{experiment}}}}/{{{{id}}}}/artifacts","lifecycle_stage":"active"},
            "data":{"tags":[{"key":"mlflow.runName","value":"first"},{"key":"mlflow.source.name","value":"train.py"}]},"inputs":{}}}
            """),
            JsonText.Sorted(made.Json));
        Assert.Equal(made.Text, (await hub.Ann.GotAsync($"/runs/get?run_id={id}")).Text);
    }

    [Fact]
    public async Task A_run_without_a_name_is_given_one_and_it_is_also_a_tag()
    {
        var experiment = await hub.Ann.GivenExperimentAsync("nameless");

        var run = (await hub.Ann.PostedAsync("/runs/create", new { experiment_id = experiment })).Json["run"]!;

        Assert.Matches("^[a-z]+-[a-z]+-[0-9]+$", (string)run["info"]!["run_name"]!);
        Assert.Equal((string?)run["info"]!["run_name"], Tag(run, "mlflow.runName"));
        Assert.InRange((long)run["info"]!["start_time"]!, DateTimeOffset.UtcNow.AddMinutes(-5).ToUnixTimeMilliseconds(), DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());
    }

    [Fact]
    public async Task Name_and_tag_are_kept_equal_both_ways()
    {
        var experiment = await hub.Ann.GivenExperimentAsync("names");
        var fromTag = (await hub.Ann.PostedAsync(
            "/runs/create", new { experiment_id = experiment, tags = new[] { new { key = "mlflow.runName", value = "from the tag" } } })).Json["run"]!;
        var id = (string)fromTag["info"]!["run_id"]!;

        await hub.Ann.CallAsync("/runs/update", new { run_id = id, run_name = "from update" });
        var updated = await RunAsync(id);
        await hub.Ann.CallAsync("/runs/set-tag", new { run_id = id, key = "mlflow.runName", value = "from set-tag" });
        var tagged = await RunAsync(id);
        await hub.Ann.CallAsync("/runs/log-batch", new { run_id = id, tags = new[] { new { key = "mlflow.runName", value = "from log-batch" } } });
        var batched = await RunAsync(id);

        Assert.Equal("from the tag", (string?)fromTag["info"]!["run_name"]);
        Assert.Equal(("from update", "from update"), ((string?)updated["info"]!["run_name"], Tag(updated, "mlflow.runName")));
        Assert.Equal(("from set-tag", "from set-tag"), ((string?)tagged["info"]!["run_name"], Tag(tagged, "mlflow.runName")));
        Assert.Equal(("from log-batch", "from log-batch"), ((string?)batched["info"]!["run_name"], Tag(batched, "mlflow.runName")));
    }

    [Fact]
    public async Task Two_different_names_are_refused()
    {
        var experiment = await hub.Ann.GivenExperimentAsync("two names");

        var answer = await hub.Ann.PostedAsync(
            "/runs/create", new { experiment_id = experiment, run_name = "a", tags = new[] { new { key = "mlflow.runName", value = "b" } } });

        Assert.Equal(
            (400, "INVALID_PARAMETER_VALUE", "Both 'run_name' argument and 'mlflow.runName' tag are specified, but with different values (run_name='a', mlflow.runName='b')."),
            (answer.Status, answer.Code, answer.Message));
    }

    [Fact]
    public async Task Update_answers_with_the_runs_info()
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/update", new { run_id = run, status = "FINISHED", end_time = "1700000009999" });

        Assert.Equal(("FINISHED", 1_700_000_009_999), ((string?)answer.Json["run_info"]!["status"], (long)answer.Json["run_info"]!["end_time"]!));
        Assert.Equal(["run_info"], answer.Json.Select(p => p.Key));
    }

    [Theory]
    [InlineData("NO_SUCH_STATUS")]
    [InlineData("17")]
    public async Task An_unknown_status_is_ignored_as_MLflow_does(string status)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/update", new { run_id = run, status });

        Assert.Equal((200, "RUNNING"), (answer.Status, (string?)answer.Json["run_info"]!["status"]));
    }

    [Fact]
    public async Task Run_uuid_does_wherever_run_id_does()
    {
        var (_, run) = await hub.GivenRunAsync();

        var answers = new[]
        {
            await hub.Ann.GotAsync($"/runs/get?run_uuid={run}"),
            await hub.Ann.PostedAsync("/runs/update", new { run_uuid = run, status = "FINISHED" }),
            await hub.Ann.PostedAsync("/runs/log-metric", new { run_uuid = run, key = "m", value = 1, timestamp = 1 }),
            await hub.Ann.PostedAsync("/runs/log-parameter", new { run_uuid = run, key = "p", value = "1" }),
            await hub.Ann.PostedAsync("/runs/set-tag", new { run_uuid = run, key = "t", value = "1" }),
            await hub.Ann.GotAsync($"/metrics/get-history?run_uuid={run}&metric_key=m"),
            await hub.Ann.GotAsync($"/artifacts/list?run_uuid={run}"),
        };

        Assert.All(answers, a => Assert.Equal(200, a.Status));
    }

    [Fact]
    public async Task A_deleted_run_can_be_read_and_restored_but_not_written()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "t", value = "1" });
        var deleted = await hub.Ann.PostedAsync("/runs/delete", new { run_id = run });

        var refusals = new[]
        {
            await hub.Ann.PostedAsync("/runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = 1 }),
            await hub.Ann.PostedAsync("/runs/log-parameter", new { run_id = run, key = "p", value = "1" }),
            await hub.Ann.PostedAsync("/runs/log-batch", new { run_id = run, tags = new[] { new { key = "t", value = "2" } } }),
            await hub.Ann.PostedAsync("/runs/set-tag", new { run_id = run, key = "t", value = "2" }),
            await hub.Ann.PostedAsync("/runs/delete-tag", new { run_id = run, key = "t" }),
            await hub.Ann.PostedAsync("/runs/update", new { run_id = run, status = "FINISHED" }),
            await hub.Ann.PostedAsync("/runs/log-inputs", new { run_id = run, datasets = Array.Empty<object>() }),
            await hub.Ann.PostedAsync("/runs/log-model", new { run_id = run, model_json = """{"artifact_path":"m","flavors":{},"utc_time_created":"now","run_id":"r"}""" }),
            await hub.Ann.UploadAsync("0", run, "a.txt", [1]),
        };
        var read = await RunAsync(run);
        var restored = await hub.Ann.PostedAsync("/runs/restore", new { run_id = run });

        Assert.Equal(("{}", "{}"), (deleted.Text, restored.Text));
        Assert.All(refusals, r => Assert.Equal(
            (400, "INVALID_PARAMETER_VALUE", $"The run {run} must be in the 'active' state. Current state is deleted."), (r.Status, r.Code, r.Message)));
        Assert.Equal(("deleted", "1"), ((string?)read["info"]!["lifecycle_stage"], Tag(read, "t")));
        Assert.Equal("active", (string?)(await RunAsync(run))["info"]!["lifecycle_stage"]);
    }

    [Theory]
    [InlineData("get?run_id=0123456789abcdef0123456789abcdef")]
    [InlineData("get?run_id=x%27%20OR%201=1")]
    public async Task An_unknown_run_does_not_exist(string call)
    {
        var answer = await hub.Ann.GotAsync($"/runs/{call}");

        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST"), (answer.Status, answer.Code));
        Assert.EndsWith(" not found", answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_deleted_tag_is_gone()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "k", value = "v" });

        var deleted = await hub.Ann.PostedAsync("/runs/delete-tag", new { run_id = run, key = "k" });
        var again = await hub.Ann.PostedAsync("/runs/delete-tag", new { run_id = run, key = "k" });

        Assert.Equal((200, "{}"), (deleted.Status, deleted.Text));
        Assert.Equal((404, "RESOURCE_DOES_NOT_EXIST", $"No tag with name: k in run with id {run}"), (again.Status, again.Code, again.Message));
        Assert.Null(Tag(await RunAsync(run), "k"));
    }

    private async Task<System.Text.Json.Nodes.JsonNode> RunAsync(string id) => (await hub.Ann.GotAsync($"/runs/get?run_id={id}")).Json["run"]!;

    private static string? Tag(System.Text.Json.Nodes.JsonNode run, string key) =>
        (string?)run["data"]!["tags"]!.AsArray().FirstOrDefault(t => (string?)t!["key"] == key)?["value"];
}
