namespace MlHub.Web.Tests.Tracking;

public sealed class InputsAndModelsApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Model = """{"artifact_path":"model","flavors":{"onnx":{}},"utc_time_created":"2026-01-01 00:00:00","run_id":"r"}""";

    [Fact]
    public async Task A_logged_dataset_is_an_input_of_the_run()
    {
        var (_, run) = await hub.GivenRunAsync();

        var logged = await hub.Ann.PostedAsync("/runs/log-inputs", Inputs(run, "houses", "abc123", "training"));
        var read = await hub.Ann.GotAsync($"/runs/get?run_id={run}");

        Assert.Equal((200, "{}"), (logged.Status, logged.Text));
        Assert.Equal(
            JsonText.Sorted("""
            {"dataset_inputs":[{"tags":[{"key":"mlflow.data.context","value":"training"}],
            "dataset":{"name":"houses","digest":"abc123","source_type":"local","source":"{}","schema":"{\"a\":1}","profile":"{\"rows\":2}"}}]}
            """),
            JsonText.Sorted(read.Json["run"]!["inputs"]));
    }

    [Fact]
    public async Task A_dataset_logged_twice_is_one_input()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var other = await hub.Ann.GivenRunAsync(experiment);

        await hub.Ann.CallAsync("/runs/log-inputs", Inputs(run, "houses", "abc123", "training"));
        await hub.Ann.CallAsync("/runs/log-inputs", Inputs(run, "houses", "abc123", "training"));
        await hub.Ann.CallAsync("/runs/log-inputs", Inputs(other, "houses", "abc123", "test"));

        Assert.Single((await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Json["run"]!["inputs"]!["dataset_inputs"]!.AsArray());
        await using var db = hub.Open();
        Assert.Equal(1, db.Datasets.Count(d => d.ExperimentId == long.Parse(experiment, System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Theory]
    [InlineData("""[{"tags":[]}]""", "datasets[0].dataset")]
    [InlineData("""[{"dataset":{"digest":"d","source_type":"s","source":"x"}}]""", "datasets[0].dataset.name")]
    [InlineData("""[{"dataset":{"name":"n","source_type":"s","source":"x"}}]""", "datasets[0].dataset.digest")]
    [InlineData("""[{"dataset":{"name":"n","digest":"d","source":"x"}}]""", "datasets[0].dataset.source_type")]
    [InlineData("""[{"dataset":{"name":"n","digest":"d","source_type":"s"}}]""", "datasets[0].dataset.source")]
    [InlineData("""[null]""", "datasets[0]")]
    public async Task A_dataset_that_lacks_a_field_is_refused(string datasets, string field)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/log-inputs", $$"""{"run_id":"{{run}}","datasets":{{datasets}}}""");

        Assert.Equal(
            (400, $"Missing value for required parameter '{field}'. See the API docs for more information about request parameters."), (answer.Status, answer.Message));
    }

    [Fact]
    public async Task Logged_models_are_gathered_in_a_tag()
    {
        var (_, run) = await hub.GivenRunAsync();

        var first = await hub.Ann.PostedAsync("/runs/log-model", new { run_id = run, model_json = Model });
        await hub.Ann.CallAsync("/runs/log-model", new { run_id = run, model_json = Model });
        var tags = (await hub.Ann.GotAsync($"/runs/get?run_id={run}")).Json["run"]!["data"]!["tags"]!.AsArray();

        Assert.Equal((200, "{}"), (first.Status, first.Text));
        Assert.Equal($"[{Model},{Model}]", (string?)tags.Single(t => (string?)t!["key"] == "mlflow.log-model.history")!["value"]);
    }

    [Theory]
    [InlineData("not json")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("17")]
    [InlineData("""{"artifact_path":"m","flavors":{}}""")]
    public async Task A_model_that_is_no_model_is_refused(string model)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/log-model", new { run_id = run, model_json = model });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    [Fact]
    public async Task A_model_history_that_somebody_spoilt_does_not_break_the_call()
    {
        var (_, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/set-tag", new { run_id = run, key = "mlflow.log-model.history", value = "not json" });

        var answer = await hub.Ann.PostedAsync("/runs/log-model", new { run_id = run, model_json = Model });

        Assert.Equal((400, "INVALID_PARAMETER_VALUE"), (answer.Status, answer.Code));
    }

    private static object Inputs(string run, string name, string digest, string context) => new
    {
        run_id = run,
        datasets = new[]
        {
            new
            {
                tags = new[] { new { key = "mlflow.data.context", value = context } },
                dataset = new { name, digest, source_type = "local", source = "{}", schema = """{"a":1}""", profile = """{"rows":2}""" },
            },
        },
    };
}
