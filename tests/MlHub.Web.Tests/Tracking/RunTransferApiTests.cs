using System.Text.Json.Nodes;

namespace MlHub.Web.Tests.Tracking;

public sealed class RunTransferApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Move = "/api/2.0/mlhub/runs/move", Copy = "/api/2.0/mlhub/runs/copy";

    [Fact]
    public async Task A_moved_run_keeps_its_id_and_old_and_new_addresses_of_its_artifacts_work()
    {
        var (from, run) = await hub.GivenRunAsync();
        var to = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        await hub.Ann.UploadAsync(from, run, "m/model.txt", [1, 2, 3]);
        await hub.Ann.CallAsync("/registered-models/create", new { name = $"m-{run}" });

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, Move, new { run_ids = new[] { run }, experiment_id = to });

        Assert.Equal((200, "{}"), (answer.Status, answer.Text));
        var info = (await hub.Ann.ReadAsync($"/runs/get?run_id={run}"))["run"]!["info"]!;
        Assert.Equal((to, $"mlflow-artifacts:/{to}/{run}/artifacts"), ((string?)info["experiment_id"], (string?)info["artifact_uri"]));
        foreach (var experiment in (string[])[from, to])
        {
            Assert.Equal(200, (await hub.Ann.AskAsync(HttpMethod.Get, Asking.ArtifactUrl(experiment, run, "m/model.txt"))).Status);
            Assert.Equal(200, (await hub.Ann.UploadAsync(experiment, run, $"later/{experiment}.txt", [4])).Status);
        }

        var version = await hub.Ann.CallAsync("/model-versions/create", new { name = $"m-{run}", source = $"mlflow-artifacts:/{from}/{run}/artifacts/m" });
        Assert.Equal("READY", (string?)version["model_version"]!["status"]);
        await hub.Ann.CallAsync("/runs/log-metric", new { run_id = run, key = "late", value = 1, timestamp = 1, step = 1 });
        var found = await hub.Ann.CallAsync("/runs/search", new { experiment_ids = new[] { to }, filter = "metrics.late > 0" });
        Assert.Single(found["runs"]!.AsArray());
    }

    [Fact]
    public async Task A_copy_is_a_run_of_its_own_with_the_same_data()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.CallAsync("/runs/log-parameter", new { run_id = run, key = "lr", value = "0.1" });
        await hub.Ann.UploadAsync(experiment, run, "a.txt", [1]);

        var answer = await hub.Ann.AskAsync(HttpMethod.Post, Copy, new { run_ids = new[] { run }, experiment_id = experiment });

        var made = answer.Json["runs"]!.AsArray().Single()!;
        var copy = (string)made["run_id"]!;
        Assert.Equal(run, (string?)made["source_run_id"]);
        var data = (await hub.Ann.ReadAsync($"/runs/get?run_id={copy}"))["run"]!["data"]!;
        Assert.Equal("0.1", (string?)data["params"]![0]!["value"]);
        Assert.Contains(data["tags"]!.AsArray(), t => (string?)t!["key"] == "mlhub.copiedFrom" && (string?)t["value"] == run);
        Assert.Equal(200, (await hub.Ann.AskAsync(HttpMethod.Get, Asking.ArtifactUrl(experiment, copy, "a.txt"))).Status);
        await hub.Ann.CallAsync("/runs/delete", new { run_id = run });
        Assert.Equal(200, (await hub.Ann.PostedAsync("/runs/set-tag", new { run_id = copy, key = "still", value = "here" })).Status);
    }

    [Fact]
    public async Task Strangers_and_wrong_requests_are_refused_and_nothing_moves()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var bobs = await hub.Bob.GivenExperimentAsync($"e-{Guid.NewGuid():N}");

        Assert.Equal(404, (await hub.Bob.AskAsync(HttpMethod.Post, Move, new { run_ids = new[] { run }, experiment_id = bobs })).Status);
        Assert.Equal(404, (await hub.Bob.AskAsync(HttpMethod.Post, Copy, new { run_ids = new[] { run }, experiment_id = bobs })).Status);
        Assert.Equal(404, (await hub.Ann.AskAsync(HttpMethod.Post, Move, new { run_ids = new[] { run }, experiment_id = bobs })).Status);
        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Post, Move, new { run_ids = Array.Empty<string>(), experiment_id = experiment })).Status);
        Assert.Equal(400, (await hub.Ann.AskAsync(HttpMethod.Post, Move, new { run_ids = new[] { run } })).Status);
        Assert.Equal(
            400, (await hub.Ann.AskAsync(HttpMethod.Post, Copy, new { run_ids = Enumerable.Range(0, Limits.CopiedRuns + 1).Select(i => $"{i:x32}"), experiment_id = experiment })).Status);
        Assert.Equal(experiment, (string?)(await hub.Ann.ReadAsync($"/runs/get?run_id={run}"))["run"]!["info"]!["experiment_id"]);
    }
}
