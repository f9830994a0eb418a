using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using MlHub.Demo.Boosting;

namespace MlHub.Demo.Tests;

public sealed class DemoTrainingTests : IDisposable
{
    private const string Known = """{"experiment":{"experiment_id":"7","name":"sacramento-house-prices","lifecycle_stage":"active"}}""";

    private static readonly TrainingPlan Quick = new("quick", "Is quick.", new BoostingOptions { Iterations = 30, MaxDepth = 2 });
    private static readonly TrainingPlan Live = new("watch-me-learn", "Is watched.", new BoostingOptions { Iterations = 5, MaxDepth = 2 }, Live: true);

    private readonly StringWriter _log = new(CultureInfo.InvariantCulture);

    public void Dispose() => _log.Dispose();

    [Fact]
    public async Task A_run_makes_these_calls_in_this_order()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();

        DemoSummary summary = await TrainAsync(hub, Quick);

        Assert.Equal(
            [
                "GET experiments/get-by-name?experiment_name=sacramento-house-prices",
                "POST experiments/create",
                "POST experiments/set-experiment-tag",
                "POST runs/create",
                "POST runs/log-batch",
                "POST runs/log-inputs",
                "POST runs/log-batch",
                "POST runs/log-batch",
                "PUT 7/run1/artifacts/model/MLmodel",
                "PUT 7/run1/artifacts/model/model.onnx",
                "PUT 7/run1/artifacts/model/input_example.json",
                "PUT 7/run1/artifacts/model/requirements.txt",
                "PUT 7/run1/artifacts/model/conda.yaml",
                "PUT 7/run1/artifacts/model/python_env.yaml",
                "PUT 7/run1/artifacts/feature_importance.csv",
                "PUT 7/run1/artifacts/predictions_sample.csv",
                "PUT 7/run1/artifacts/explanations_sample.csv",
                "PUT 7/run1/artifacts/residuals.png",
                "PUT 7/run1/artifacts/notes.md",
                "POST runs/log-model",
                "POST runs/set-tag",
                "POST runs/update",
            ],
            hub.Calls.Select(call => call.Name));
        Assert.All(hub.Calls, call => Assert.Equal("Basic " + Convert.ToBase64String("ada:pass"u8), call.Authorization));
        Assert.Equal("FINISHED", (string?)hub.Calls[^1].Json["status"]);
        Assert.Equal([new DemoRun("run1", "quick", "FINISHED")], summary.Runs);
    }

    [Fact]
    public async Task A_run_says_who_made_it_with_what_and_from_which_rows()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();

        await TrainAsync(hub, Quick);

        JsonNode run = hub.CallsTo("POST runs/create").Single().Json;
        Assert.Equal(("quick", "ada", "7"), ((string?)run["run_name"], (string?)run["user_id"], (string?)run["experiment_id"]));
        Assert.Contains(("mlflow.source.type", "LOCAL"), Pairs(run["tags"]!));
        Assert.Contains(("mlflow.user", "ada"), Pairs(run["tags"]!));
        List<(string, string)> parameters = Pairs(hub.CallsTo("POST runs/log-batch").First().Json["params"]!);
        Assert.Contains(("max_depth", "2"), parameters);
        Assert.Contains(("learning_rate", "0.1"), parameters);
        Assert.Contains(("training_rows", "746"), parameters);
        JsonArray inputs = hub.CallsTo("POST runs/log-inputs").Single().Json["datasets"]!.AsArray();
        Assert.Equal(["training", "validation"], inputs.Select(input => Pairs(input!["tags"]!).Single().Value));
        Assert.Equal("""{"num_rows":186,"num_elements":1674}""", (string?)inputs[1]!["dataset"]!["profile"]);
        Assert.Equal(9, JsonNode.Parse((string)inputs[0]!["dataset"]!["schema"]!)!["mlflow_colspec"]!.AsArray().Count);
        Assert.Equal(Sacramento.Split.Training.Digest(), (string?)inputs[0]!["dataset"]!["digest"]);
    }

    [Fact]
    public async Task Every_iteration_has_its_four_metrics_and_the_run_its_summary()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();

        await TrainAsync(hub, Quick);

        List<JsonNode> points = Points(hub);
        foreach (string key in new[] { "train_rmse", "val_rmse", "val_mae", "val_r2" })
        {
            Assert.Equal(Enumerable.Range(1, 30), points.Where(point => (string?)point["key"] == key).Select(point => (int)point["step"]!));
        }

        List<double> errors = [.. points.Where(point => (string?)point["key"] == "val_rmse").Select(point => (double)point["value"]!)];
        Assert.Equal(errors.Min(), Once(points, "best_val_rmse"));
        Assert.Equal(errors.IndexOf(errors.Min()) + 1, Once(points, "best_iteration"));
        Assert.True(errors[^1] < Once(points, "baseline_val_rmse"));
        Assert.True(Once(points, "fit_seconds") > 0);
    }

    [Fact]
    public async Task A_live_run_sends_each_iteration_by_itself_and_says_where_to_watch()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();

        await TrainAsync(hub, Live);

        IEnumerable<JsonNode?> batches = hub.CallsTo("POST runs/log-batch").Select(call => call.Json["metrics"]).Where(metrics => metrics is not null);
        Assert.Equal([4, 4, 4, 4, 4, 4], batches.Select(metrics => metrics!.AsArray().Count));
        Assert.Contains($"Watch it learn: {hub.Address.AbsoluteUri}experiments/7/runs/run1", _log.ToString());
    }

    [Fact]
    public async Task What_is_uploaded_is_the_model_that_the_notes_speak_of()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();

        await TrainAsync(hub, Quick);

        var model = new Onnx.OnnxTreeEnsemble(hub.CallsTo("PUT 7/run1/artifacts/model/model.onnx").Single().Body);
        LabelledRows validation = Sacramento.Split.Validation;
        RegressionScores scores = RegressionScores.Of(validation.Targets, [.. validation.Features.Select(model.Predict)]);
        double logged = Points(hub).Where(point => (string?)point["key"] == "val_rmse").Select(point => (double)point["value"]!).Last();
        Assert.Equal(logged, scores.Rmse, 1.0);
        string notes = Encoding.UTF8.GetString(hub.CallsTo("PUT 7/run1/artifacts/notes.md").Single().Body);
        Assert.Contains($"| this model | ${logged.ToString("N0", CultureInfo.InvariantCulture)} |", notes);
        Assert.Equal(notes, (string?)hub.CallsTo("POST runs/set-tag").Single().Json["value"]);
    }

    [Fact]
    public async Task What_was_dropped_from_the_training_data_is_missing_wherever_the_columns_are_told()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();

        await TrainAsync(hub, Quick with { Features = ["beds", "baths", "sqft", "type_residential", "type_condo", "type_multi_family"] });

        string[] told =
        [
            Pairs(hub.CallsTo("POST runs/log-batch").First().Json["params"]!).Single(pair => pair.Key == "features").Value,
            (string)hub.CallsTo("POST runs/log-inputs").Single().Json["datasets"]![0]!["dataset"]!["schema"]!,
            Encoding.UTF8.GetString(hub.CallsTo("PUT 7/run1/artifacts/model/MLmodel").Single().Body),
            Encoding.UTF8.GetString(hub.CallsTo("PUT 7/run1/artifacts/model/input_example.json").Single().Body),
            Encoding.UTF8.GetString(hub.CallsTo("PUT 7/run1/artifacts/explanations_sample.csv").Single().Body),
        ];
        Assert.All(told, text => Assert.DoesNotContain("itude", text, StringComparison.Ordinal));
        Assert.All(told, text => Assert.Contains("sqft", text, StringComparison.Ordinal));
        var model = new Onnx.OnnxTreeEnsemble(hub.CallsTo("PUT 7/run1/artifacts/model/model.onnx").Single().Body);
        LabelledRows validation = Sacramento.Split.Validation.Only(["beds", "baths", "sqft", "type_residential", "type_condo", "type_multi_family"]);
        double logged = Points(hub).Where(point => (string?)point["key"] == "val_rmse").Select(point => (double)point["value"]!).Last();
        Assert.Equal(logged, RegressionScores.Of(validation.Targets, [.. validation.Features.Select(model.Predict)]).Rmse, 1.0);
    }

    [Fact]
    public async Task Finished_runs_are_not_trained_again()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();
        (hub.KnownExperiment, hub.HasFinishedRuns) = (Known, true);

        DemoSummary summary = await TrainAsync(hub, Quick);

        Assert.Empty(summary.Runs);
        Assert.Equal(["GET experiments/get-by-name?experiment_name=sacramento-house-prices", "POST runs/search"], hub.Calls.Select(call => call.Name));
        Assert.Contains("nothing was trained", _log.ToString());
    }

    [Fact]
    public async Task Finished_runs_are_trained_again_by_force()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();
        (hub.KnownExperiment, hub.HasFinishedRuns) = (Known, true);

        DemoSummary summary = await TrainAsync(hub, Options(Quick) with { Force = true });

        Assert.Single(summary.Runs);
        Assert.Empty(hub.CallsTo("POST experiments/create"));
    }

    [Fact]
    public async Task A_deleted_experiment_is_left_alone()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();
        hub.KnownExperiment = Known.Replace("active", "deleted", StringComparison.Ordinal);

        var refusal = await Assert.ThrowsAsync<InvalidOperationException>(() => TrainAsync(hub, Quick));

        Assert.Contains("is deleted", refusal.Message);
        Assert.Single(hub.Calls);
    }

    [Fact]
    public async Task A_failed_run_is_marked_and_reported_and_the_next_one_is_made()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();
        hub.Instead = call => call.Name == "PUT 7/run1/artifacts/residuals.png"
            ? (503, """{"error_code":"TEMPORARILY_UNAVAILABLE","message":"The disk is full"}""")
            : null;

        DemoSummary summary = await TrainAsync(hub, Quick, Live);

        Assert.Equal([new DemoRun("run1", "quick", "FAILED"), new DemoRun("run2", "watch-me-learn", "FINISHED")], summary.Runs);
        Assert.Equal(["FAILED", "FINISHED"], hub.CallsTo("POST runs/update").Select(call => (string?)call.Json["status"]));
        Assert.Contains("quick failed: TEMPORARILY_UNAVAILABLE (503): The disk is full", _log.ToString());
    }

    [Fact]
    public async Task A_cancelled_run_is_marked_as_killed()
    {
        await using RecordingHub hub = await RecordingHub.StartAsync();
        using var cancellation = new CancellationTokenSource();
        hub.Instead = call =>
        {
            if (call.Name == "POST runs/log-inputs")
            {
                cancellation.Cancel();
            }

            return null;
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => TrainAsync(hub, Options(Quick, Live), cancellation.Token));

        Assert.Equal(["KILLED"], hub.CallsTo("POST runs/update").Select(call => (string?)call.Json["status"]));
        Assert.Single(hub.CallsTo("POST runs/create"));
    }

    [Fact]
    public void The_default_demo_ends_with_its_only_live_run()
    {
        Assert.Equal(["watch-me-learn"], TrainingPlan.Defaults.Where(plan => plan.Live).Select(plan => plan.Name));
        Assert.True(TrainingPlan.Defaults[^1].Live);
        Assert.Equal(7, TrainingPlan.Defaults.Select(plan => plan.Name).Distinct().Count());
    }

    private static DemoOptions Options(params TrainingPlan[] plans) => new() { Plans = plans, SlowRunDelay = TimeSpan.Zero };

    private Task<DemoSummary> TrainAsync(RecordingHub hub, params TrainingPlan[] plans) => TrainAsync(hub, Options(plans));

    private Task<DemoSummary> TrainAsync(RecordingHub hub, DemoOptions options, CancellationToken cancellation = default) =>
        DemoTraining.RunAsync(hub.Address, "ada", "pass", options, _log, cancellation);

    private static List<JsonNode> Points(RecordingHub hub) =>
        [.. hub.CallsTo("POST runs/log-batch").SelectMany(call => call.Json["metrics"]?.AsArray().Select(point => point!) ?? [])];

    private static double Once(IEnumerable<JsonNode> points, string key) => (double)points.Single(point => (string?)point["key"] == key)["value"]!;

    private static List<(string Key, string Value)> Pairs(JsonNode pairs) =>
        [.. pairs.AsArray().Select(pair => ((string)pair!["key"]!, (string)pair["value"]!))];
}
