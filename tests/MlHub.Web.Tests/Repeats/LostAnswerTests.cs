using System.Net.Http.Json;
using MlHub.Web.Tests.Registry;

namespace MlHub.Web.Tests.Repeats;

/// <summary>The hub does what is asked, its answer is lost on the way, and the client asks again, as MLflow's does.</summary>
public sealed class LostAnswerTests(PortHub hub) : IClassFixture<PortHub>
{
    [Fact]
    public async Task What_is_logged_again_is_there_once()
    {
        var (experiment, run_id) = await hub.GivenRunAsync();
        (string Path, object Body)[] calls =
        [
            ("/runs/log-metric", new { run_id, key = "loss", value = 0.5, timestamp = 1, step = 1 }),
            ("/runs/log-parameter", new { run_id, key = "lr", value = "0.1" }),
            ("/runs/set-tag", new { run_id, key = "who", value = "ann" }),
            ("/runs/log-batch", new { run_id, metrics = new[] { new { key = "loss", value = 0.4, timestamp = 2, step = 2 } }, @params = new[] { new { key = "depth", value = "3" } }, tags = new[] { new { key = "why", value = "x" } } }),
            ("/runs/log-inputs", new { run_id, datasets = new[] { new { dataset = new { name = "sales", digest = "1", source_type = "local", source = "{}" }, tags = Array.Empty<object>() } } }),
            ("/runs/update", new { run_id, status = "FINISHED", end_time = 5 }),
        ];

        foreach (var (path, body) in calls)
        {
            await hub.Ann.CallAsync(path, body);
        }

        await hub.Ann.UploadAsync(experiment, run_id, "model.bin", [1, 2, 3]);
        var once = await StateAsync(run_id);
        var other = await hub.Ann.GivenRunAsync(experiment, "first");
        foreach (var (path, body) in calls)
        {
            Assert.Equal(200, (await LostAndAgainAsync(HttpMethod.Post, MlflowCalls.Api + path, () => JsonContent.Create(For(body, run_id, other)))).Status);
        }

        Assert.Equal(200, (await LostAndAgainAsync(HttpMethod.Put, Asking.ArtifactUrl(experiment, other, "model.bin"), () => new ByteArrayContent([1, 2, 3]))).Status);
        Assert.Equal(once.Replace(run_id, other, StringComparison.Ordinal), await StateAsync(other));
    }

    [Fact]
    public async Task What_is_made_again_under_a_key_is_made_once()
    {
        var (experiment, _) = await hub.GivenRunAsync();
        var name = await hub.Ann.GivenModelAsync();

        var run = await LostAndAgainAsync(HttpMethod.Post, MlflowCalls.Api + "/runs/create", () => JsonContent.Create(new { experiment_id = experiment, start_time = 1 }), "run");
        var version = await LostAndAgainAsync(HttpMethod.Post, MlflowCalls.Api + "/model-versions/create", () => JsonContent.Create(new { name, source = "s3://bucket/model" }), "version");
        var runs = (await hub.Ann.CallAsync("/runs/search", new { experiment_ids = new[] { experiment } }))["runs"]!.AsArray();
        var versions = (await hub.Ann.ReadAsync($"/model-versions/search?filter=name%3D'{name}'"))["model_versions"]!.AsArray();

        Assert.Equal((200, 200), (run.Status, version.Status));
        Assert.Equal(2, runs.Count);
        Assert.Contains(runs, r => (string?)r!["info"]!["run_id"] == (string?)run.Json["run"]!["info"]!["run_id"]);
        Assert.Equal("1", (string?)Assert.Single(versions)!["version"]);
    }

    [Fact]
    public async Task What_is_done_to_a_model_again_is_done_once()
    {
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name);
        await hub.Ann.GivenVersionAsync(name);

        foreach (var (path, body, again) in ((string, object, int)[])
        [
            ("/registered-models/alias", new { name, alias = "live", version = "1" }, 200),
            ("/registered-models/set-tag", new { name, key = "k", value = "v" }, 200),
            ("/model-versions/set-tag", new { name, version = "1", key = "k", value = "v" }, 200),
            ("/model-versions/transition-stage", new { name, version = "1", stage = "Production", archive_existing_versions = true }, 200),
            ("/transition-requests/create", new { name, version = "2", stage = "Production", comment = "please" }, 400),
            ("/transition-requests/approve", new { name, version = "2", stage = "Production", archive_existing_versions = true, comment = "yes" }, 200),
            ("/registered-models/create", new { name = name + "-2" }, 400),
            ("/experiments/create", new { name = name + "-3" }, 400),
        ])
        {
            var answer = await LostAndAgainAsync(HttpMethod.Post, MlflowCalls.Api + path, () => JsonContent.Create(body));
            Assert.True(answer.Status == again || (again == 400 && answer.Code == "RESOURCE_ALREADY_EXISTS"), $"{path} {answer.Status} {answer.Text}");
        }

        var activities = (await hub.Ann.ReadAsync($"/model-versions/activities?name={name}&version=2"))["activities"]!.AsArray();
        Assert.Equal(["APPLIED_TRANSITION", "APPROVED_REQUEST", "REQUESTED_TRANSITION"], activities.Select(a => (string?)a!["activity_type"]));
        Assert.Equal("Archived", (string?)(await hub.Ann.ReadAsync($"/model-versions/get?name={name}&version=1"))["model_version"]!["current_stage"]);
    }

    /// <summary>Sends until the hub has answered, loses that answer, and sends the same once more.</summary>
    private async Task<Answer> LostAndAgainAsync(HttpMethod method, string path, Func<HttpContent> content, string? key = null)
    {
        await using var network = new BadNetwork(hub.Address) { LosesAnswers = true };
        using var client = new HttpClient { BaseAddress = network.Address };
        client.DefaultRequestHeaders.Authorization = new("Bearer", hub.AnnsToken);
        if (key is not null)
        {
            client.DefaultRequestHeaders.Add("Idempotency-Key", key);
        }

        await Assert.ThrowsAnyAsync<HttpRequestException>(() => client.AskAsync(method, path, content()));
        network.LosesAnswers = false;
        return await client.AskAsync(method, path, content());
    }

    private static System.Text.Json.Nodes.JsonNode For(object body, string run, string other) =>
        System.Text.Json.Nodes.JsonNode.Parse(System.Text.Json.JsonSerializer.Serialize(body).Replace(run, other, StringComparison.Ordinal))!;

    private async Task<string> StateAsync(string run) =>
        (await hub.Ann.ReadAsync($"/runs/get?run_id={run}"))["run"]!.ToJsonString()
        + (await hub.Ann.ReadAsync($"/metrics/get-history?run_id={run}&metric_key=loss")).ToJsonString()
        + (await hub.Ann.ReadAsync($"/artifacts/list?run_id={run}")).ToJsonString();
}
