namespace MlHub.Web.Tests.LoggedModels;

/// <summary>What runs say of models: what they measured of them, which they read and which they made.</summary>
public sealed class LoggedModelRunApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task A_metric_of_a_model_is_the_runs_and_the_models()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var id = await hub.Ann.GivenLoggedModelAsync(experiment);

        await hub.Ann.CallAsync("/runs/log-metric", new { run_id = run, key = "acc", value = 0.5, timestamp = 10, step = 3, model_id = id, dataset_name = "test", dataset_digest = "d1" });
        await hub.Ann.GivenModelMetricAsync(run, id, "acc", 0.25, timestamp: 11, step: 4);
        await hub.Ann.GivenModelMetricAsync(run, id, "acc", 0.25, timestamp: 11, step: 4);

        Assert.Equal(
            JsonText.Sorted($$"""
            [{"key":"acc","value":0.5,"timestamp":10,"step":3,"dataset_name":"test","dataset_digest":"d1","model_id":"{{id}}","run_id":"{{run}}"},
            {"key":"acc","value":0.25,"timestamp":11,"step":4,"model_id":"{{id}}","run_id":"{{run}}"}]
            """),
            JsonText.Sorted((await hub.Ann.LoggedModelAsync(id))["data"]!["metrics"]));
        var runs = (await hub.Ann.ReadAsync($"/runs/get?run_id={run}"))["run"]!["data"]!["metrics"];
        Assert.Equal(JsonText.Sorted("""[{"key":"acc","value":0.25,"timestamp":11,"step":4}]"""), JsonText.Sorted(runs));
    }

    [Fact]
    public async Task One_batch_holds_metrics_of_several_models_and_of_none_and_numbers_that_are_none()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var (one, two) = (await hub.Ann.GivenLoggedModelAsync(experiment), await hub.Ann.GivenLoggedModelAsync(experiment));

        await hub.Ann.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new object[]
            {
                new { key = "a", value = 1, timestamp = 1, model_id = one },
                new { key = "b", value = 2, timestamp = 1 },
                new { key = "a", value = "NaN", timestamp = 2, model_id = two },
            },
        });

        Assert.Equal("1.0", (await hub.Ann.LoggedModelAsync(one))["data"]!["metrics"]!.AsArray().Single()!["value"]!.ToJsonString());
        Assert.Equal("NaN", (string)(await hub.Ann.LoggedModelAsync(two))["data"]!["metrics"]!.AsArray().Single()!["value"]!);
        Assert.Equal(2, (await hub.Ann.ReadAsync($"/runs/get?run_id={run}"))["run"]!["data"]!["metrics"]!.AsArray().Count);
    }

    [Fact]
    public async Task A_metric_of_a_model_that_is_not_there_is_refused_as_a_whole()
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync("/runs/log-metric", new { run_id = run, key = "acc", value = 1, timestamp = 1, model_id = "m-none" });

        Assert.Equal((404, "Logged model with ID 'm-none' not found."), (answer.Status, answer.Message));
        Assert.Null((await hub.Ann.ReadAsync($"/runs/get?run_id={run}"))["run"]!["data"]!["metrics"]);
    }

    [Fact]
    public async Task Nobody_measures_a_model_that_they_may_not_change()
    {
        var hidden = await hub.Ann.GivenLoggedModelAsync(await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}"));
        var shared = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        var readable = await hub.Ann.GivenLoggedModelAsync(shared);
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = shared, username = "bob", permission = "READ" });
        var run = await hub.Bob.GivenRunAsync(await hub.Bob.GivenExperimentAsync($"e-{Guid.NewGuid():N}"));

        var ofHidden = await hub.Bob.PostedAsync("/runs/log-metric", new { run_id = run, key = "acc", value = 1, timestamp = 1, model_id = hidden });
        var ofReadable = await hub.Bob.PostedAsync("/runs/log-metric", new { run_id = run, key = "acc", value = 1, timestamp = 1, model_id = readable });

        Assert.Equal((404, 403), (ofHidden.Status, ofReadable.Status));
        Assert.Null((await hub.Ann.LoggedModelAsync(readable))["data"]!["metrics"]);
    }

    [Fact]
    public async Task What_is_said_of_the_data_is_bounded()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var id = await hub.Ann.GivenLoggedModelAsync(experiment);

        var name = await hub.Ann.PostedAsync("/runs/log-metric", new { run_id = run, key = "a", value = 1, timestamp = 1, model_id = id, dataset_name = new string('x', 501) });
        var digest = await hub.Ann.PostedAsync("/runs/log-metric", new { run_id = run, key = "a", value = 1, timestamp = 1, model_id = id, dataset_digest = new string('x', 37) });

        Assert.Equal((400, 400), (name.Status, digest.Status));
    }

    [Fact]
    public async Task Of_very_many_points_the_last_are_told()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var (id, other) = (await hub.Ann.GivenLoggedModelAsync(experiment), await hub.Ann.GivenLoggedModelAsync(experiment));
        foreach (var part in Enumerable.Range(0, 3))
        {
            await hub.Ann.CallAsync("/runs/log-batch", new
            {
                run_id = run,
                metrics = Enumerable.Range(part * 400, 400).Select(i => new { key = "loss", value = i, timestamp = 1000 + i, step = i, model_id = id }),
            });
        }

        await hub.Ann.GivenModelMetricAsync(run, other, "loss", 7);

        var found = (await hub.Ann.CallAsync("/logged-models/search", new { experiment_ids = new[] { experiment }, order_by = new[] { new { field_name = "creation_time" } } }))["models"]!.AsArray();
        var steps = found[0]!["data"]!["metrics"]!.AsArray().Select(m => (int)m!["step"]!).ToList();
        Assert.Equal(Enumerable.Range(200, 1000), steps);
        Assert.Single(found[1]!["data"]!["metrics"]!.AsArray());
    }

    [Fact]
    public async Task Inputs_and_outputs_are_told_with_the_run()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var (read, made) = (await hub.Ann.GivenLoggedModelAsync(experiment), await hub.Ann.GivenLoggedModelAsync(experiment));

        var inputs = await hub.Ann.PostedAsync("/runs/log-inputs", new { run_id = run, models = new[] { new { model_id = read } } });
        await hub.Ann.CallAsync("/runs/outputs", new { run_id = run, models = new[] { new { model_id = made, step = 20 } } });
        var outputs = await hub.Ann.PostedAsync("/runs/outputs", new { run_id = run, models = new[] { new { model_id = made, step = 3 }, new { model_id = made, step = 20 } } });

        Assert.Equal(("{}", "{}"), (inputs.Text, outputs.Text));
        var found = (await hub.Ann.CallAsync("/runs/search", new { experiment_ids = new[] { experiment } }))["runs"]!.AsArray().Single();
        foreach (var told in new[] { found!, (await hub.Ann.ReadAsync($"/runs/get?run_id={run}"))["run"]! })
        {
            Assert.Equal(JsonText.Sorted($$"""{"model_inputs":[{"model_id":"{{read}}"}]}"""), JsonText.Sorted(told["inputs"]));
            Assert.Equal(
                JsonText.Sorted($$"""{"model_outputs":[{"model_id":"{{made}}","step":3},{"model_id":"{{made}}","step":20}]}"""), JsonText.Sorted(told["outputs"]));
        }
    }

    [Fact]
    public async Task A_run_without_models_has_neither_key()
    {
        var (_, run) = await hub.GivenRunAsync();

        var told = (await hub.Ann.ReadAsync($"/runs/get?run_id={run}"))["run"]!.AsObject();

        Assert.Equal(("{}", false), (told["inputs"]!.ToJsonString(), told.ContainsKey("outputs")));
    }

    [Theory]
    [InlineData("/runs/outputs", """[{"step":1}]""", "models[0].model_id")]
    [InlineData("/runs/outputs", """[null]""", "models[0]")]
    [InlineData("/runs/outputs", """[{"model_id":"../up","step":1}]""", "no id of a logged model")]
    [InlineData("/runs/log-inputs", """[{"model_id":""}]""", "models[0].model_id")]
    [InlineData("/runs/log-inputs", """[{"model_id":"a b"}]""", "no id of a logged model")]
    public async Task A_link_that_is_wrong_is_refused(string call, string models, string message)
    {
        var (_, run) = await hub.GivenRunAsync();

        var answer = await hub.Ann.PostedAsync(call, $$"""{"run_id":"{{run}}","models":{{models}}}""");

        Assert.Equal(400, answer.Status);
        Assert.Contains(message, answer.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Whoever_may_not_change_the_run_links_no_model()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = experiment, username = "bob", permission = "READ" });

        var outputs = await hub.Bob.PostedAsync("/runs/outputs", new { run_id = run, models = new[] { new { model_id = "m-1", step = 1 } } });
        await hub.Ann.CallAsync("/runs/delete", new { run_id = run });
        var late = await hub.Ann.PostedAsync("/runs/outputs", new { run_id = run, models = new[] { new { model_id = "m-1", step = 1 } } });

        Assert.Equal((403, 400), (outputs.Status, late.Status));
    }
}
