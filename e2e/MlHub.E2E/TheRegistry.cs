namespace MlHub.E2E;

/// <summary>A model with one version in Production and one that wants to go there. Dana makes models, Omar decides, Emma manages.</summary>
public static class TheRegistry
{
    public const string Model = "house-prices";

    private const string Own = "/api/2.0/mlhub";

    public static async Task<HttpClient> GivenPeopleAsync(this TheStage stage)
    {
        foreach (var name in new[] { "dana", "omar", "emma", "bot" })
        {
            await stage.Hub.GivenUserAsync(name);
        }

        var emma = stage.Hub.Basic("emma", TestHub.Password);
        await emma.CallAsync("/registered-models/create", new { name = Model });
        var id = (string)(await emma.ReadAsync($"/databricks/registered-models/get?name={Model}"))["registered_model_databricks"]!["id"]!;
        var granted = await emma.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/registered-models/{id}", new
        {
            access_control_list = new[]
            {
                new { user_name = "dana", permission_level = "CAN_EDIT" },
                new { user_name = "omar", permission_level = "CAN_MANAGE_PRODUCTION_VERSIONS" },
                new { user_name = "bot", permission_level = "CAN_EDIT" },
            },
        });
        Assert.Equal(200, granted.Status);
        return emma;
    }

    /// <summary>Version 1 in Production, version 2 better in one metric and worse in another.</summary>
    public static async Task GivenVersionsAsync(this TheStage stage, HttpClient emma)
    {
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        var experiment = await dana.GivenExperimentAsync("prices");
        await GivenVersionAsync(dana, experiment, "balanced", rmse: 101_200, latency: 12, fields: """[{"type":"float","name":"sqft"}]""");
        await MoveAsync(emma, 1, "Production");
        await GivenVersionAsync(dana, experiment, "deeper", rmse: 96_800, latency: 15, fields: """[{"type":"float","name":"sqft"},{"type":"float","name":"garage","required":false}]""");
    }

    /// <summary>Version 3, better than both; but its callers must send text where they sent a number, and one column more.</summary>
    public static async Task GivenBreakingVersionAsync(HttpClient dana)
    {
        var experiment = await dana.GivenExperimentAsync("prices by address");
        await GivenVersionAsync(dana, experiment, "by address", rmse: 90_100, latency: 11, fields: """[{"type":"string","name":"sqft"},{"type":"string","name":"address"}]""");
    }

    public static async Task MoveAsync(HttpClient who, int version, string stage) =>
        await who.CallAsync("/databricks/model-versions/transition-stage", new { name = Model, version = $"{version}", stage, archive_existing_versions = true, comment = $"{stage} for version {version}" });

    public static async Task SetPolicyAsync(HttpClient emma, object policy) =>
        Assert.Equal(200, (await emma.AskAsync(HttpMethod.Post, $"{Own}/policies/set", new { name = Model, stage = "Production", policy })).Status);

    public static async Task ReportAsync(HttpClient bot, string check, string state, string summary) =>
        Assert.Equal(200, (await bot.AskAsync(HttpMethod.Post, $"{Own}/checks/create", new { name = Model, version = "2", check, state, summary })).Status);

    private static async Task GivenVersionAsync(HttpClient dana, string experiment, string name, double rmse, double latency, string fields)
    {
        var run = await dana.GivenRunAsync(experiment, name);
        await dana.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { new { key = "val_rmse", value = rmse, timestamp = 1, step = 1 }, new { key = "latency_ms", value = latency, timestamp = 1, step = 1 } },
            @params = Array.Empty<object>(),
            tags = Array.Empty<object>(),
        });
        var text = $"flavors:\n  onnx:\n    data: model.onnx\nrun_id: {run}\nsignature:\n  inputs: '{fields}'\n  outputs: '[{{\"type\":\"float\",\"name\":\"price\"}}]'\n";
        await dana.UploadAsync(experiment, run, "model/MLmodel", System.Text.Encoding.UTF8.GetBytes(text));
        await dana.CallAsync("/model-versions/create", new { name = Model, source = $"runs:/{run}/model", run_id = run });
    }
}
