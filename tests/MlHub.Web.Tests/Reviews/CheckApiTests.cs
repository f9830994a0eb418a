using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Compare;
using MlHub.Scoring.Signatures;

namespace MlHub.Web.Tests.Reviews;

/// <summary>What bots report, and what MlHub finds by itself in versions that came from runs.</summary>
public sealed class CheckApiTests(ReviewHub hub) : IClassFixture<ReviewHub>
{
    [Fact]
    public async Task A_bot_reports_and_changes_a_check()
    {
        var model = await hub.GivenModelAsync();

        var created = await ReportAsync(hub.Ann, new { name = model, version = "2", check = "bias", state = "PENDING", link = "https://ci.example/1" });
        var updated = await hub.Ann.AskAsync(HttpMethod.Patch, "/api/2.0/mlhub/checks/update", new { name = model, version = "2", check = "bias", state = "failed", summary = "skewed", details = "**by age**" });

        Assert.Equal(("pending", "ann"), ((string)created.Json["check"]!["state"]!, (string)created.Json["check"]!["user_id"]!));
        var check = Assert.Single((await ListAsync(model)).Json["checks"]!.AsArray())!;
        Assert.Equal(("bias", "failed", "skewed", "**by age**", "https://ci.example/1"), (
            (string)check["name"]!, (string)check["state"]!, (string)check["summary"]!, (string)check["details"]!, (string)check["link"]!));
        Assert.Equal(updated.Text, (await hub.Ann.AskAsync(HttpMethod.Patch, "/api/2.0/mlhub/checks/update", new { name = model, version = "2", check = "bias", state = "failed" })).Text);
    }

    [Theory]
    [InlineData("bias", "unsure", null, 400)]
    [InlineData("bias", null, null, 400)]
    [InlineData("mlhub/schema", "passed", null, 400)]
    [InlineData("MLHUB/schema", "passed", null, 400)]
    [InlineData(" bias", "passed", null, 400)]
    [InlineData("bias", "passed", "javascript:alert(1)", 400)]
    [InlineData("bias", "passed", "http://ci/1", 200)]
    public async Task What_is_no_check_is_refused(string check, string? state, string? link, int status)
    {
        var model = await hub.GivenModelAsync();

        Assert.Equal(status, (await ReportAsync(hub.Ann, new { name = model, version = "2", check, state, link })).Status);
    }

    [Fact]
    public async Task A_check_that_was_never_reported_cannot_be_changed()
    {
        var model = await hub.GivenModelAsync();

        Assert.Equal(404, (await hub.Ann.AskAsync(HttpMethod.Patch, "/api/2.0/mlhub/checks/update", new { name = model, version = "2", check = "bias", state = "passed" })).Status);
    }

    [Fact]
    public async Task Asking_for_Production_runs_MlHubs_own_checks_against_what_is_there()
    {
        var model = await GivenTrainedModelAsync((0.9, "area"), (0.8, "area"));
        await hub.SetPolicyAsync(model, new { built_in_checks = new[] { "metrics", "integrity" }, metric_tolerance = 0.05 });

        await hub.Ann.CallAsync("/transition-requests/create", new { name = model, version = "2", stage = "Production" });
        var checks = await DoneAsync(model);
        var refused = await hub.Ann.PostedAsync("/transition-requests/approve", new { name = model, version = "2", stage = "Production" });
        await hub.SetPolicyAsync(model, new { built_in_checks = new[] { "metrics", "integrity" }, metric_tolerance = 0.2 });
        await DoneAsync(model);
        var approved = await hub.Ann.PostedAsync("/transition-requests/approve", new { name = model, version = "2", stage = "Production" });

        Assert.Equal(("failed", "Worse than version 1 in Production: accuracy -11.11 %"), checks["mlhub/metrics"]);
        Assert.Equal(("passed", "Same schema as version 1 in Production"), checks["mlhub/schema"]);
        Assert.Equal("passed", checks["mlhub/integrity"].State);
        Assert.Equal(403, refused.Status);
        Assert.Contains("check mlhub/metrics", refused.Message, StringComparison.Ordinal);
        Assert.Equal(200, approved.Status);
    }

    [Fact]
    public async Task Two_versions_are_compared_in_all_that_a_reviewer_asks()
    {
        var model = await GivenTrainedModelAsync((0.9, "area"), (0.95, "surface"));

        var comparison = await hub.Services.GetRequiredService<VersionComparisons>().CompareAsync(hub.BobAsCaller, new(model, 2), new(model, 1), default);

        var metric = Assert.Single(comparison.Metrics);
        Assert.Equal(("accuracy", 0.95, 0.9, MetricTrend.Better), (metric.Metric, metric.Candidate, metric.Baseline, metric.Trend));
        Assert.Equal(SchemaVerdict.Breaking, comparison.Schema.Verdict);
        Assert.Equal([("area", Difference.Removed, true), ("surface", Difference.Added, true)], comparison.Schema.Fields.Where(f => f.Part == SignaturePart.Inputs).Select(f => (f.Name, f.Kind, f.IsBreaking)));
        Assert.Equal([("depth", Difference.Changed)], comparison.Params.Select(p => (p.Key, p.Kind)));
        Assert.Equal([("homes", "training", Difference.Changed)], comparison.Datasets.Select(d => (d.Name, d.Context!, d.Kind)));
        Assert.Equal([("MLmodel", Difference.Changed), ("explanations/shap_summary.json", Difference.Changed)], comparison.Files.Select(f => (f.Path, f.Kind)));
        Assert.Equal([("rooms", 1, 1), ("surface", 2, (int?)null), ("area", null, 2)], comparison.Explanations.Features.Select(f => (f.Feature, f.CandidateRank, f.BaselineRank)));
        await Assert.ThrowsAsync<HubException>(() => hub.Services.GetRequiredService<VersionComparisons>().CompareAsync(new(Guid.NewGuid(), "nobody"), new(model, 2), new(model, 1), default));
    }

    /// <summary>A model of Ann's whose two versions come from runs with that accuracy and input; the first is in Production.</summary>
    private async Task<string> GivenTrainedModelAsync(params (double Accuracy, string Input)[] trainings)
    {
        var model = $"trained-{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name = model });
        var experiment = await hub.Ann.GivenExperimentAsync(model);
        foreach (var (accuracy, input) in trainings)
        {
            var run = await hub.Ann.GivenRunAsync(experiment);
            await hub.Ann.CallAsync("/runs/log-batch", new
            {
                run_id = run,
                metrics = new[] { new { key = "accuracy", value = accuracy, timestamp = 1 }, new { key = "system/cpu", value = accuracy, timestamp = 1 } },
                @params = new[] { new { key = "depth", value = input.Length.ToString() } },
            });
            await hub.Ann.CallAsync("/runs/log-inputs", new
            {
                run_id = run,
                datasets = new[] { new { dataset = new { name = "homes", digest = input, source_type = "s", source = "x" }, tags = new[] { new { key = "mlflow.data.context", value = "training" } } } },
            });
            await hub.Ann.UploadAsync(experiment, run, "model/MLmodel", Encoding.UTF8.GetBytes(
                $$"""
                flavors:
                  onnx:
                    data: model.onnx
                signature:
                  inputs: '[{"type": "double", "name": "{{input}}", "required": true}]'
                  outputs: '[{"type": "double", "name": "price", "required": true}]'
                """));
            await hub.Ann.UploadAsync(experiment, run, "model/explanations/shap_summary.json", Encoding.UTF8.GetBytes($$"""{"{{input}}": 0.25, "rooms": 0.5}"""));
            await hub.Ann.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
        }

        await hub.Ann.CallAsync("/model-versions/transition-stage", new { name = model, version = "1", stage = "Production" });
        await using var db = hub.Open();
        await db.GivenGrantAsync(db.RegisteredModels.Single(m => m.Name == model), hub.BobAsCaller, MlHub.Access.RegistryPermission.Read);
        return model;
    }

    private async Task<Dictionary<string, (string State, string Summary)>> DoneAsync(string model)
    {
        Dictionary<string, (string State, string Summary)> checks = [];
        await Eventually.TrueAsync(async () =>
        {
            checks = (await ListAsync(model)).Json["checks"]!.AsArray().ToDictionary(c => (string)c!["name"]!, c => ((string)c!["state"]!, (string)c["summary"]!));
            return checks.Values.All(c => c.State != "pending");
        });
        return checks;
    }

    private static Task<Answer> ReportAsync(HttpClient bot, object report) => bot.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/checks/create", report);

    private Task<Answer> ListAsync(string model) => hub.Bob.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/checks/list?name={model}&version=2");
}
