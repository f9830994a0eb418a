namespace MlHub.Web.Tests.Api;

/// <summary>Makes what the calls of <see cref="CallTable"/> are about.</summary>
public static class CallTarget
{
    /// <summary>A new experiment with two runs, a file of the first, a logged model, and a model with a version of that file; all of it the caller's own.</summary>
    public static async Task<CallTable.Target> GivenAsync(HttpClient owner)
    {
        var name = $"hidden-{Guid.NewGuid():N}";
        var experiment = await owner.GivenExperimentAsync(name);
        var run = await owner.GivenRunAsync(experiment, "secret run");
        await owner.CallAsync("/experiments/set-experiment-tag", new { experiment_id = experiment, key = "k", value = "secret" });
        await owner.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = new[] { new { key = "m", value = 1, timestamp = 1 } },
            tags = new[] { new { key = "k", value = "secret" } },
        });
        await owner.CallAsync("/runs/log-inputs", new { run_id = run, datasets = new[] { new { dataset = new { name = "secret data", digest = $"d{experiment}", source_type = "local", source = "secret" } } } });
        await owner.UploadAsync(experiment, run, "secret.txt", "secret"u8.ToArray());
        var model = $"model-{Guid.NewGuid():N}";
        await owner.CallAsync("/registered-models/create", new { name = model, description = "secret" });
        await owner.CallAsync("/model-versions/create", new { name = model, source = $"runs:/{run}/secret.txt", tags = new[] { new { key = "k", value = "secret" } } });
        await owner.CallAsync("/registered-models/alias", new { name = model, alias = "champion", version = "1" });
        var comment = await owner.CallAsync("/comments/create", new { name = model, version = "1", comment = "secret" });
        var id = (string)(await owner.ReadAsync($"/databricks/registered-models/get?name={model}"))["registered_model_databricks"]!["id"]!;
        var logged = await owner.GivenLoggedModelAsync(experiment, "secret model", tags: [("k", "secret")]);
        await owner.UploadOfModelAsync(experiment, logged, "secret.txt", "secret"u8.ToArray());
        return new(experiment, name, run, model, id, (string)comment["comment"]!["id"]!, logged, await owner.GivenRunAsync(experiment))
        {
            View = await owner.GivenViewAsync(experiment, "secret view"),
            Webhook = $"{Guid.NewGuid():N}",
        };
    }

    /// <summary>The id of a new shared view of the experiment's runs.</summary>
    public static async Task<string> GivenViewAsync(this HttpClient owner, string experiment, string name, string state = "order_by=metrics.m", bool shared = true)
    {
        var answer = await owner.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/experiments/saved-views/create", new { experiment_id = experiment, kind = "runs", name, state, shared });
        return answer.Status == 200 ? (string)answer.Json["view"]!["view_id"]! : throw new HttpRequestException(answer.Text);
    }
}
