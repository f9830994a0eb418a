using System.Text;
using MlHub.Artifacts;
using MlHub.Web.Tests.Registry;

namespace MlHub.Web.Tests.LoggedModels;

/// <summary>The files of logged models, and the versions that are registered from them.</summary>
public sealed class LoggedModelFilesApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    [Fact]
    public async Task Files_are_uploaded_listed_downloaded_and_deleted_below_the_models_uri()
    {
        var (experiment, id) = await GivenModelAsync();

        var uploaded = await hub.Ann.UploadOfModelAsync(experiment, id, "MLmodel", "flavors: {}"u8.ToArray());
        await hub.Ann.UploadOfModelAsync(experiment, id, "data/weights.bin", [1, 2, 3]);
        var root = await hub.Ann.GotAsync($"/logged-models/{id}/artifacts/directories");
        var folder = await hub.Ann.GotAsync($"/logged-models/{id}/artifacts/directories?artifact_directory_path=data");
        var proxied = await hub.Ann.AskAsync(HttpMethod.Get, $"/api/2.0/mlflow-artifacts/artifacts?path={experiment}/models/{id}/artifacts/data");
        var downloaded = await hub.Ann.AskAsync(HttpMethod.Get, LoggedModelCalls.ModelArtifactUrl(experiment, id, "MLmodel"));
        var ofPage = await hub.Ann.AskAsync(HttpMethod.Get, $"/logged-models/get-artifact?model_id={id}&path=MLmodel");
        var deleted = await hub.Ann.AskAsync(HttpMethod.Delete, LoggedModelCalls.ModelArtifactUrl(experiment, id, "data"));

        Assert.Equal((200, "{}"), (uploaded.Status, uploaded.Text));
        Assert.Equal(
            JsonText.Sorted($$"""
            {"root_uri":"mlflow-artifacts:/{{experiment}}/models/{{id}}/artifacts","files":[{"path":"MLmodel","is_dir":false,"file_size":11},{"path":"data","is_dir":true}]}
            """),
            JsonText.Sorted(root.Json));
        Assert.Equal(JsonText.Sorted("""[{"path":"data/weights.bin","is_dir":false,"file_size":3}]"""), JsonText.Sorted(folder.Json["files"]));
        Assert.Equal(JsonText.Sorted("""[{"path":"weights.bin","is_dir":false,"file_size":3}]"""), JsonText.Sorted(proxied.Json["files"]));
        Assert.Equal(("flavors: {}", "flavors: {}"), (downloaded.Text, ofPage.Text));
        Assert.Equal(200, deleted.Status);
        Assert.Single((await hub.Ann.GotAsync($"/logged-models/{id}/artifacts/directories")).Json["files"]!.AsArray());
    }

    [Theory]
    [InlineData("../../secret")]
    [InlineData("%2e%2e/secret")]
    [InlineData("a//b")]
    [InlineData("")]
    public async Task A_path_that_leads_elsewhere_is_refused(string path)
    {
        var (experiment, id) = await GivenModelAsync();

        var answer = await hub.Ann.UploadOfModelAsync(experiment, id, path, [1]);

        Assert.True(answer.Status is 400 or 404, $"{answer.Status} {answer.Text}");
        Assert.Null((await hub.Ann.GotAsync($"/logged-models/{id}/artifacts/directories")).Json["files"]);
    }

    [Fact]
    public async Task A_folder_cannot_become_a_file_nor_a_file_a_folder()
    {
        var (experiment, id) = await GivenModelAsync();
        await hub.Ann.UploadOfModelAsync(experiment, id, "a/b", [1]);

        Assert.Equal(400, (await hub.Ann.UploadOfModelAsync(experiment, id, "a", [1])).Status);
        Assert.Equal(400, (await hub.Ann.UploadOfModelAsync(experiment, id, "a/b/c", [1])).Status);
        Assert.Equal(200, (await hub.Ann.UploadOfModelAsync(experiment, id, "a/b", [2])).Status);
        Assert.Equal(404, (await hub.Ann.AskAsync(HttpMethod.Get, LoggedModelCalls.ModelArtifactUrl(experiment, id, "nothing"))).Status);
    }

    [Theory]
    [InlineData("models:/{id}")]
    [InlineData("models:/{id}/")]
    [InlineData("mlflow-artifacts:/{experiment}/models/{id}/artifacts")]
    [InlineData("mlflow-artifacts:/{experiment}/models/{id}/artifacts/")]
    public async Task A_logged_model_is_registered_with_its_files_params_and_metrics(string source)
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var id = await hub.Ann.GivenLoggedModelAsync(experiment, "ridge", run, @params: [("alpha", "0.5")]);
        await hub.Ann.UploadOfModelAsync(experiment, id, "MLmodel", "flavors: {}"u8.ToArray());
        await hub.Ann.GivenModelMetricAsync(run, id, "r2", 0.75, dataset: "test");
        var name = await hub.Ann.GivenModelAsync($"reg{Guid.NewGuid():N}");

        var created = await hub.Ann.PostedAsync("/model-versions/create", new
        {
            name,
            source = source.Replace("{id}", id, StringComparison.Ordinal).Replace("{experiment}", experiment, StringComparison.Ordinal),
            model_id = id,
        });

        Assert.Equal(200, created.Status);
        var version = (await hub.Ann.ReadAsync($"/model-versions/get?name={name}&version=1"))["model_version"]!;
        Assert.Equal((id, run, "READY"), ((string)version["model_id"]!, (string)version["run_id"]!, (string)version["status"]!));
        Assert.Equal("""[{"name":"alpha","value":"0.5"}]""", version["model_params"]!.ToJsonString());
        Assert.Equal((0.75, "test"), ((double)version["model_metrics"]![0]!["value"]!, (string)version["model_metrics"]![0]!["dataset_name"]!));
        var file = await hub.Ann.AskAsync(HttpMethod.Get, $"/model-versions/get-artifact?name={name}&version=1&path=MLmodel");
        Assert.Equal("flavors: {}", file.Text);
        var info = (await hub.Ann.LoggedModelAsync(id))["info"]!;
        Assert.Equal($$"""[{"name":"{{name}}","version":"1"}]""", info["registrations"]!.ToJsonString());
        Assert.Equal($$"""[{"name": "{{name}}", "version": 1}]""", (string)info["tags"]!.AsArray().Single(t => (string)t!["key"]! == "mlflow.modelVersions")!["value"]!);
        // Who reads the experiment alone does not learn of the registered model.
        await hub.Ann.CallAsync("/experiments/permissions/create", new { experiment_id = experiment, username = "bob", permission = "READ" });
        Assert.DoesNotContain(name, (await hub.Bob.GotAsync($"/logged-models/{id}")).Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_a_version_came_from_is_frozen_and_kept()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        var id = await hub.Ann.GivenLoggedModelAsync(experiment, "ridge", run);
        await hub.Ann.UploadOfModelAsync(experiment, id, "MLmodel", [1]);
        await hub.Ann.UploadAsync(experiment, run, "notes.txt", [1]);
        var name = await hub.Ann.GivenModelAsync($"reg{Guid.NewGuid():N}");
        await hub.Ann.GivenVersionAsync(name, $"models:/{id}");

        Answer[] refused =
        [
            await hub.Ann.UploadOfModelAsync(experiment, id, "MLmodel", [2]),
            await hub.Ann.UploadOfModelAsync(experiment, id, "more.txt", [2]),
            await hub.Ann.AskAsync(HttpMethod.Delete, LoggedModelCalls.ModelArtifactUrl(experiment, id, "MLmodel")),
            await hub.Ann.DeletedAsync($"/logged-models/{id}", new { }),
            await hub.Ann.PostedAsync("/runs/delete", new { run_id = run }),
            await hub.Ann.PostedAsync("/experiments/delete", new { experiment_id = experiment }),
        ];

        Assert.All(refused, a => Assert.Equal((409, "RESOURCE_CONFLICT"), (a.Status, a.Code)));
        Assert.All(refused, a => Assert.Contains($"model '{name}' version 1 came from it", a.Message, StringComparison.Ordinal));
        Assert.Equal(200, (await hub.Ann.UploadAsync(experiment, run, "notes.txt", [2])).Status);
        await hub.Ann.DeletedAsync("/registered-models/delete", new { name });
        Assert.Equal(200, (await hub.Ann.DeletedAsync($"/logged-models/{id}", new { })).Status);
    }

    [Fact]
    public async Task Only_what_one_may_read_is_registered_and_the_ids_must_agree()
    {
        var (experiment, id) = await GivenModelAsync();
        await hub.Ann.UploadOfModelAsync(experiment, id, "MLmodel", [1]);
        var (ofBob, ofAnn) = (await hub.Bob.GivenModelAsync($"reg{Guid.NewGuid():N}"), await hub.Ann.GivenModelAsync($"reg{Guid.NewGuid():N}"));

        var stolen = await hub.Bob.PostedAsync("/model-versions/create", new { name = ofBob, source = $"models:/{id}" });
        var named = await hub.Bob.PostedAsync("/model-versions/create", new { name = ofBob, source = "s3://bucket/m", model_id = id });
        var other = await hub.Ann.PostedAsync("/model-versions/create", new { name = ofAnn, source = $"models:/{id}", model_id = "m-" + new string('0', 32) });
        var elsewhere = await hub.Ann.PostedAsync("/model-versions/create", new { name = ofAnn, source = $"mlflow-artifacts:/987654/models/{id}/artifacts" });

        Assert.Equal((404, $"Logged model with ID '{id}' not found."), (stolen.Status, stolen.Message));
        // The id alone is text, as it would be if it were another server's.
        Assert.Equal(200, named.Status);
        Assert.Null((await hub.Ann.LoggedModelAsync(id))["info"]!["registrations"]);
        Assert.Equal((400, 404), (other.Status, elsewhere.Status));
    }

    [Fact]
    public async Task A_model_without_files_becomes_a_failed_version()
    {
        var (_, id) = await GivenModelAsync();
        var name = await hub.Ann.GivenModelAsync($"reg{Guid.NewGuid():N}");

        Assert.Equal("FAILED_REGISTRATION", (string)(await hub.Ann.GivenVersionAsync(name, $"models:/{id}"))["status"]!);
    }

    [Fact]
    public async Task A_registered_model_may_have_a_name_like_a_logged_models_id()
    {
        var name = await hub.Ann.GivenModelAsync("m-" + Guid.NewGuid().ToString("N"));
        await hub.Ann.GivenVersionAsync(name);
        var copy = await hub.Ann.GivenModelAsync($"reg{Guid.NewGuid():N}");

        Assert.Equal($"models:/{name}/1", (string)(await hub.Ann.GivenVersionAsync(copy, $"models:/{name}/1"))["source"]!);
    }

    [Fact]
    public async Task A_model_kept_in_a_cloud_store_is_registered_by_its_id()
    {
        var experiment = (string)(await hub.Ann.CallAsync("/experiments/create", new { name = $"e-{Guid.NewGuid():N}", artifact_location = "s3://bucket/root" }))["experiment_id"]!;
        var id = await hub.Ann.GivenLoggedModelAsync(experiment);
        var uri = (string)(await hub.Ann.LoggedModelAsync(id))["info"]!["artifact_uri"]!;
        var name = await hub.Ann.GivenModelAsync($"reg{Guid.NewGuid():N}");

        var created = (await hub.Ann.CallAsync("/model-versions/create", new { name, source = uri, model_id = id }))["model_version"]!;

        Assert.Equal($"s3://bucket/root/models/{id}/artifacts", uri);
        Assert.Equal(("READY", uri), ((string)created["status"]!, (string)created["source"]!));
        Assert.Single((await hub.Ann.LoggedModelAsync(id))["info"]!["registrations"]!.AsArray());
    }

    [Fact]
    public async Task A_large_file_comes_back_byte_for_byte()
    {
        var (experiment, id) = await GivenModelAsync();
        var bytes = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 50_000).Select(i => $"{i},")));

        await hub.Ann.UploadOfModelAsync(experiment, id, "weights.csv", bytes);

        Assert.Equal(bytes, await hub.Ann.GetByteArrayAsync(LoggedModelCalls.ModelArtifactUrl(experiment, id, "weights.csv")));
    }

    [Fact]
    public async Task The_models_id_alone_decides_what_an_address_leads_to()
    {
        var (experiment, id) = await GivenModelAsync();
        var other = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        await hub.Ann.UploadOfModelAsync(experiment, id, "MLmodel", [1]);

        var elsewhere = await hub.Ann.AskAsync(HttpMethod.Get, LoggedModelCalls.ModelArtifactUrl(other, id, "MLmodel"));

        var stranger = await hub.Bob.AskAsync(HttpMethod.Get, LoggedModelCalls.ModelArtifactUrl(other, id, "MLmodel"));

        Assert.Equal((200, 404), (elsewhere.Status, stranger.Status));
    }

    [Fact]
    public async Task Files_count_towards_the_quota_are_kept_by_the_sweep_and_go_with_an_experiment_deleted_for_ever()
    {
        var (experiment, id) = await GivenModelAsync();
        await hub.Ann.UploadOfModelAsync(experiment, id, "MLmodel", Encoding.UTF8.GetBytes(id));
        var digest = Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(id)));
        await using var db = hub.Open();

        Assert.Equal([34L], db.SizesOf(long.Parse(experiment, System.Globalization.CultureInfo.InvariantCulture)).ToList());
        Assert.Contains(digest, db.ReferencedDigests().ToList());
        await hub.Ann.CallAsync("/experiments/delete", new { experiment_id = experiment });
        var purged = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/experiments/delete-permanently", new { experiment_ids = new[] { experiment } });

        Assert.Equal(200, purged.Status);
        await Eventually.TrueAsync(() => Task.FromResult(!db.LoggedModelFiles.Any(f => f.Digest == digest)));
    }

    private async Task<(string Experiment, string Id)> GivenModelAsync()
    {
        var experiment = await hub.Ann.GivenExperimentAsync($"e-{Guid.NewGuid():N}");
        return (experiment, await hub.Ann.GivenLoggedModelAsync(experiment));
    }
}
