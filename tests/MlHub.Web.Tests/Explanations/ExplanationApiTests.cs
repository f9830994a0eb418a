using System.Text;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Web.Tests.Explanations;

/// <summary>Explanations over HTTP: what was logged is read, what was not is computed, watched and cancelled.</summary>
public sealed class ExplanationApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Calls = "/api/2.0/mlhub/explanations";

    [Fact]
    public async Task What_mlflow_shap_logged_is_read_with_names_and_ranks()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await UploadAsync(experiment, run, ("model_explanations_shap/shap_values.npy", Explained.Npy([2, 2], 1, -4, 3, 2)), ("model_explanations_shap/base_values.npy", Explained.Npy([1], 10)));
        await UploadAsync(experiment, run, ("model/MLmodel", Encoding.UTF8.GetBytes("flavors:\n  x: {}\nsignature:\n  inputs: '[{\"type\": \"double\", \"name\": \"area\"}, {\"type\": \"double\", \"name\": \"beds\"}]'\n")));

        var answer = (await GetAsync(hub.Ann, $"run_id={run}&path=model_explanations_shap")).Json;

        Assert.Equal("FINISHED", (string)answer["status"]!);
        Assert.Equal(["model_explanations_shap"], answer["logged"]!.AsArray().Select(l => (string)l!));
        Assert.Equal("""[{"name":"output","base_value":10.0,"features":[{"name":"beds","mean_abs_shap":3.0,"rank":1},{"name":"area","mean_abs_shap":2.0,"rank":2}]}]""", answer["outputs"]!.ToJsonString());
    }

    [Fact]
    public async Task A_broken_file_says_what_is_wrong_with_it()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await UploadAsync(experiment, run, ("shap/shap_values.npy", "no array"u8.ToArray()));

        var answer = (await GetAsync(hub.Ann, $"run_id={run}&path=shap")).Json;

        Assert.Equal(("FAILED", "This is not a file of NumPy's."), ((string)answer["status"]!, (string)answer["reason"]!));
        Assert.Equal(404, (await GetAsync(hub.Ann, $"run_id={run}&path=elsewhere")).Status);
    }

    [Fact]
    public async Task A_versions_ONNX_model_is_explained_and_whoever_reads_the_model_sees_it()
    {
        var (model, _) = await GivenVersionAsync(Explained.Trees(5), Explained.Sample(30));
        Assert.Equal("NONE", (string)(await GetAsync(hub.Ann, $"name={model}&version=1")).Json["status"]!);

        var started = await PostAsync(hub.Ann, "compute", new { name = model, version = "1" });
        Assert.Contains((string)started.Json["status"]!, (string[])["QUEUED", "RUNNING", "FINISHED"]);
        var done = await FinishedAsync($"name={model}&version=1");

        Assert.Equal((30, 30, 30), ((int)done["done"]!, (int)done["of"]!, (int)done["rows"]!));
        Assert.StartsWith("Exact TreeSHAP", (string)done["method"]!, StringComparison.Ordinal);
        var features = done["outputs"]![0]!["features"]!.AsArray();
        Assert.Equal(MlHub.Demo.HouseFeatures.Names.Order(), features.Select(f => (string)f!["name"]!).Order());
        Assert.True((double)features[0]!["mean_abs_shap"]! > (double)features[^1]!["mean_abs_shap"]!);
        Assert.Equal(404, (await GetAsync(hub.Bob, $"name={model}&version=1")).Status);
        Assert.Equal(404, (await PostAsync(hub.Bob, "compute", new { name = model, version = "1" })).Status);
    }

    [Fact]
    public async Task Who_has_the_same_files_shares_the_computation_and_nobody_else()
    {
        var (trees, sample) = (Explained.Trees(4, seed: 7), Explained.Sample(12));
        var (first, _) = await GivenVersionAsync(trees, sample);
        var (second, _) = await GivenVersionAsync(trees, sample);
        var (third, _) = await GivenVersionAsync(trees, Explained.Sample(13));
        await PostAsync(hub.Ann, "compute", new { name = first, version = "1" });
        await FinishedAsync($"name={first}&version=1");

        Assert.Equal("FINISHED", (string)(await GetAsync(hub.Ann, $"name={second}&version=1")).Json["status"]!);
        Assert.Equal("NONE", (string)(await GetAsync(hub.Ann, $"name={third}&version=1")).Json["status"]!);
    }

    [Fact]
    public async Task Only_who_began_it_or_an_administrator_cancels_a_computation()
    {
        var (model, id) = await GivenVersionAsync(Explained.Trees(300, depth: 8), Explained.Sample(500));
        var carl = await hub.ProgramOfAsync("carl");
        await hub.Ann.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/registered-models/{id}", new { access_control_list = new[] { new { user_name = "carl", permission_level = "CAN_MANAGE" } } });
        object asked = new { name = model, version = "1" };
        await PostAsync(hub.Ann, "compute", asked);
        await Eventually.TrueAsync(async () => (int)(await GetAsync(hub.Ann, $"name={model}&version=1")).Json["done"]! > 0);

        Assert.False((bool)(await GetAsync(carl, $"name={model}&version=1")).Json["can_cancel"]!);
        Assert.Equal(403, (await PostAsync(carl, "cancel", asked)).Status);
        Assert.Equal(404, (await PostAsync(hub.Bob, "cancel", asked)).Status);
        Assert.True((bool)(await GetAsync(hub.Ann, $"name={model}&version=1")).Json["can_cancel"]!);
        Assert.Equal(200, (await PostAsync(hub.Ann, "cancel", asked)).Status);
        await Eventually.TrueAsync(async () => (string)(await GetAsync(hub.Ann, $"name={model}&version=1")).Json["status"]! == "CANCELLED");
        Assert.Equal(404, (await PostAsync(hub.Ann, "cancel", asked)).Status);

        // It can be asked for again, and an administrator ends it.
        Assert.Equal(200, (await PostAsync(hub.Ann, "compute", asked)).Status);
        Assert.Equal(200, (await PostAsync(hub.Ada, "cancel", asked)).Status);
        await Eventually.TrueAsync(async () => (string)(await GetAsync(hub.Ann, $"name={model}&version=1")).Json["status"]! == "CANCELLED");
    }

    [Fact]
    public async Task The_explanation_of_one_answer_does_not_wait_for_those_of_samples()
    {
        var (slow, _) = await GivenVersionAsync(Explained.Trees(300, depth: 6, seed: 5), Explained.Sample(498));
        var (quick, _) = await GivenVersionAsync(Explained.Trees(2), Explained.Sample(31));
        await PostAsync(hub.Ann, "compute", new { name = slow, version = "1" });
        await Eventually.TrueAsync(async () => (string)(await GetAsync(hub.Ann, $"name={slow}&version=1")).Json["status"]! == "RUNNING");
        var (explanations, key) = (hub.Services.GetRequiredService<MlHub.Explanations.Explanations>(), new VersionKey(quick, 1));

        var begun = await explanations.StartOfRequestAsync(hub.AnnAsCaller, key, Explained.Sample(1), default);
        var seen = await Eventually.GetAsync(() => explanations.GetOfRequestAsync(hub.AnnAsCaller, key, begun.Key, default), s => s.Explanation is not null);
        var meanwhile = (string)(await GetAsync(hub.Ann, $"name={slow}&version=1")).Json["status"]!;
        await PostAsync(hub.Ann, "cancel", new { name = slow, version = "1" });

        Assert.Single(seen.Explanation!.Outputs[0].Values);
        Assert.Equal("RUNNING", meanwhile);
    }

    [Fact]
    public async Task One_runs_at_a_time_and_only_so_many_wait()
    {
        var (slow, small) = (Explained.Trees(300, depth: 8, seed: 3), Explained.Trees(2));
        List<string> models = [(await GivenVersionAsync(slow, Explained.Sample(499))).Model];
        foreach (var rows in Enumerable.Range(20, 3))
        {
            models.Add((await GivenVersionAsync(small, Explained.Sample(rows))).Model);
        }

        var answers = new List<int>();
        foreach (var model in models)
        {
            answers.Add((await PostAsync(hub.Ann, "compute", new { name = model, version = "1" })).Status);
        }

        Assert.Equal([200, 200, 200, 429], answers);
        Assert.Equal("QUEUED", (string)(await GetAsync(hub.Ann, $"name={models[1]}&version=1")).Json["status"]!);
        await PostAsync(hub.Ann, "cancel", new { name = models[1], version = "1" });
        Assert.Equal("CANCELLED", (string)(await GetAsync(hub.Ann, $"name={models[1]}&version=1")).Json["status"]!);
        await PostAsync(hub.Ann, "cancel", new { name = models[0], version = "1" });
        await FinishedAsync($"name={models[2]}&version=1");
        Assert.Equal("CANCELLED", (string)(await GetAsync(hub.Ann, $"name={models[1]}&version=1")).Json["status"]!);
    }

    [Fact]
    public async Task What_cannot_be_explained_says_why()
    {
        var (model, _) = await GivenVersionAsync("no model"u8.ToArray(), Explained.Sample(3));
        await PostAsync(hub.Ann, "compute", new { name = model, version = "1" });
        await Eventually.TrueAsync(async () => (string)(await GetAsync(hub.Ann, $"name={model}&version=1")).Json["status"]! == "FAILED");
        Assert.Contains("not an ONNX model", (string)(await GetAsync(hub.Ann, $"name={model}&version=1")).Json["reason"]!, StringComparison.Ordinal);

        var (_, run) = await hub.GivenRunAsync();
        Assert.Equal(404, (await PostAsync(hub.Ann, "compute", new { run_id = run })).Status);
        Assert.Contains("no ONNX model", (string)(await GetAsync(hub.Ann, $"run_id={run}")).Json["reason"]!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", 400)]
    [InlineData("name=m", 400)]
    [InlineData("name=m&version=1&run_id=r", 400)]
    [InlineData("run_id=nothing", 404)]
    [InlineData("name=nothing&version=1", 404)]
    public async Task What_is_no_subject_is_refused(string query, int status) => Assert.Equal(status, (await GetAsync(hub.Ann, query)).Status);

    [Fact]
    public async Task A_file_is_named_only_from_among_the_subjects_own()
    {
        var (model, _) = await GivenVersionAsync(Explained.Trees(2), Explained.Sample(3));

        Assert.Equal(404, (await PostAsync(hub.Ann, "compute", new { name = model, version = "1", model = "../../model.onnx" })).Status);
        Assert.Equal(404, (await PostAsync(hub.Ann, "compute", new { name = model, version = "1", sample = "MLmodel" })).Status);
        using var reader = hub.Bearer(await hub.GivenTokenAsync(hub.AnnAsCaller, Scopes.RegistryRead | Scopes.TrackingRead));
        Assert.Equal(200, (await PostAsync(reader, "compute", new { name = model, version = "1", sample = "input_example.json", model = "model.onnx" })).Status);
    }

    [Fact]
    public async Task Two_versions_are_compared_in_what_their_features_weigh()
    {
        var (model, _) = await GivenVersionAsync(Explained.Trees(5), Explained.Sample(3));
        foreach (var (beds, area) in new[] { (1.0, 3.0), (4, 2) })
        {
            var (experiment, run) = await hub.GivenRunAsync();
            await UploadAsync(experiment, run, ("model/MLmodel", Encoding.UTF8.GetBytes("flavors:\n  x: {}\nsignature:\n  inputs: '[{\"type\": \"double\", \"name\": \"beds\"}, {\"type\": \"double\", \"name\": \"area\"}]'\n")));
            await UploadAsync(experiment, run, ("model_explanations_shap/shap_values.npy", Explained.Npy([1, 2], beds, area)), ("model_explanations_shap/base_values.npy", Explained.Npy([1], 10)));
            await hub.Ann.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/model", run_id = run });
        }

        var answer = (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/compare/model-versions?name={model}&versions=2&versions=3")).Json["explanations"]!;
        var oneSided = (await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlhub/compare/model-versions?name={model}&versions=1&versions=3")).Json["explanations"]!;

        Assert.Equal("""[{"name":"beds","from":1.0,"to":4.0,"from_rank":2,"to_rank":1,"rank_change":1},{"name":"area","from":3.0,"to":2.0,"from_rank":1,"to_rank":2,"rank_change":-1}]""", answer["features"]!.ToJsonString());
        Assert.Equal(("", 10, "logged in model_explanations_shap"), ((string)answer["reason"]!, (double)answer["from"]!["base_value"]!, (string)answer["to"]!["source"]!));
        Assert.Contains("baseline has no SHAP values", (string)oneSided["reason"]!, StringComparison.Ordinal);
        Assert.Null(oneSided["from"]);
    }

    private static Task<Answer> GetAsync(HttpClient who, string query) => who.AskAsync(HttpMethod.Get, $"{Calls}/get?{query}");

    private static Task<Answer> PostAsync(HttpClient who, string call, object body) => who.AskAsync(HttpMethod.Post, $"{Calls}/{call}", body);

    private async Task<System.Text.Json.Nodes.JsonObject> FinishedAsync(string query)
    {
        await Eventually.TrueAsync(async () => (string)(await GetAsync(hub.Ann, query)).Json["status"]! == "FINISHED");
        return (await GetAsync(hub.Ann, query)).Json;
    }

    private async Task UploadAsync(string experiment, string run, params (string Path, byte[] Content)[] files)
    {
        foreach (var (path, content) in files)
        {
            await hub.Ann.UploadAsync(experiment, run, path, content);
        }
    }

    /// <summary>A new model of Ann's with one version, and the model's public id.</summary>
    private async Task<(string Model, string Id)> GivenVersionAsync(byte[] onnx, byte[] sample)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await UploadAsync(experiment, run, ("model/MLmodel", Explained.MlModel), ("model/model.onnx", onnx), ("model/input_example.json", sample));
        var name = $"explained-{Guid.NewGuid():N}";
        await hub.Ann.CallAsync("/registered-models/create", new { name });
        await hub.Ann.CallAsync("/model-versions/create", new { name, source = $"runs:/{run}/model", run_id = run });
        return (name, (string)(await hub.Ann.ReadAsync($"/databricks/registered-models/get?name={name}"))["registered_model_databricks"]!["id"]!);
    }
}
