using System.Text.Json.Nodes;
using MlHub.Access;
using MlHub.Registry;

namespace MlHub.Web.Tests.Registry;

public sealed class VersionFilesApiTests(SharedHub hub) : IClassFixture<SharedHub>
{
    private const string Store = "/api/2.0/mlflow-artifacts/artifacts";
    private const string Own = "/api/2.0/mlhub/model-versions";

    [Fact]
    public async Task Registered_files_are_frozen_and_everything_that_points_at_them_is_kept()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "model/MLmodel", "flavors: {}"u8.ToArray());
        await hub.Ann.UploadAsync(experiment, run, "other.txt", [1]);
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name, $"runs:/{run}/model");

        var written = await hub.Ann.UploadAsync(experiment, run, "model/MLmodel", [2]);
        var added = await hub.Ann.UploadAsync(experiment, run, "model/more.txt", [2]);
        var elsewhere = await hub.Ann.UploadAsync(experiment, run, "other.txt", [2]);
        var deleted = await hub.Ann.AskAsync(HttpMethod.Delete, Asking.ArtifactUrl(experiment, run, "model"));
        var deletedRun = await hub.Ann.PostedAsync("/runs/delete", new { run_id = run });
        var deletedExperiment = await hub.Ann.PostedAsync("/experiments/delete", new { experiment_id = experiment });

        Assert.Equal(200, elsewhere.Status);
        Assert.All([written, added, deleted, deletedRun, deletedExperiment], a => Assert.Equal((409, "RESOURCE_CONFLICT"), (a.Status, a.Code)));
        Assert.All([written, deletedRun, deletedExperiment], a => Assert.Contains($"model '{name}' version 1 came from it", a.Message, StringComparison.Ordinal));
        await hub.Ann.DeletedAsync("/registered-models/delete", new { name });
        Assert.Equal(200, (await hub.Ann.PostedAsync("/runs/delete", new { run_id = run })).Status);
    }

    [Fact]
    public async Task A_model_that_one_may_not_read_is_not_named()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "model/MLmodel", [1]);
        var name = await hub.Ada.GivenModelAsync();
        await hub.Ada.GivenVersionAsync(name, $"runs:/{run}/model");

        var deleted = await hub.Ann.PostedAsync("/runs/delete", new { run_id = run });

        Assert.Equal((409, $"Run {run} cannot be deleted: a registered model version came from it."), (deleted.Status, deleted.Message));
    }

    [Fact]
    public async Task A_version_that_others_were_copied_from_is_kept()
    {
        var (source, copy) = (await hub.Ann.GivenModelAsync(), await hub.Ann.GivenModelAsync());
        await hub.Ann.GivenVersionAsync(source);
        await hub.Ann.GivenVersionAsync(copy, $"models:/{source}/1");

        var version = await hub.Ann.DeletedAsync("/model-versions/delete", new { name = source, version = "1" });
        var model = await hub.Ann.DeletedAsync("/registered-models/delete", new { name = source });
        var first = await hub.Ann.DeletedAsync("/registered-models/delete", new { name = copy });
        var again = await hub.Ann.DeletedAsync("/registered-models/delete", new { name = source });

        Assert.All([version, model], a => Assert.Equal(409, a.Status));
        Assert.Contains($"model '{copy}' version 1", version.Message, StringComparison.Ordinal);
        Assert.Equal((200, 200), (first.Status, again.Status));
    }

    [Fact]
    public async Task Readers_of_the_model_download_its_files_without_any_right_on_the_run()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "model/MLmodel", "yaml"u8.ToArray());
        await hub.Ann.UploadAsync(experiment, run, "model/data/weights.bin", [1, 2, 3]);
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name, $"mlflow-artifacts:/{experiment}/{run}/artifacts/model");
        var reader = await hub.GivenUserAsync($"reader{Guid.NewGuid():N}");
        using var reads = hub.Bearer(await hub.GivenTokenAsync(reader, Scopes.All & ~Scopes.Admin));
        await GrantAsync(name, reader, RegistryPermission.Read);

        var uri = (string)(await reads.GotAsync($"/model-versions/get-download-uri?name={name}&version=1")).Json["artifact_uri"]!;
        var path = uri["mlflow-artifacts:/".Length..];
        var listed = await reads.AskAsync(HttpMethod.Get, $"{Store}?path={path}");
        var below = await reads.AskAsync(HttpMethod.Get, $"{Store}?path={path}/data");
        var file = await reads.AskAsync(HttpMethod.Get, $"{Store}/{path}/MLmodel");
        var got = await reads.AskAsync(HttpMethod.Get, $"/model-versions/get-artifact?name={name}&version=1&path=data/weights.bin");
        var stranger = await hub.Bob.AskAsync(HttpMethod.Get, $"{Store}/{path}/MLmodel");
        var written = await hub.Ann.AskAsync(HttpMethod.Put, $"{Store}/{path}/MLmodel", "x");
        var removed = await hub.Ann.AskAsync(HttpMethod.Delete, $"{Store}/{path}/MLmodel");

        Assert.Equal("""{"files":[{"path":"MLmodel","is_dir":false,"file_size":4},{"path":"data","is_dir":true}]}""", listed.Text);
        Assert.Equal("""{"files":[{"path":"weights.bin","is_dir":false,"file_size":3}]}""", below.Text);
        Assert.Equal((200, "yaml"), (file.Status, file.Text));
        Assert.Equal((200, 3L), (got.Status, got.ContentHeaders.ContentLength));
        Assert.Equal("attachment", got.ContentHeaders.ContentDisposition!.DispositionType);
        Assert.Equal((404, 409, 409), (stranger.Status, written.Status, removed.Status));
    }

    [Fact]
    public async Task A_folder_is_uploaded_then_ready_then_frozen()
    {
        var name = await hub.Ann.GivenModelAsync();
        var begun = (await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/upload", new { name, description = "by hand" })).Json["model_version"]!;
        var path = ((string)begun["source"]!)["mlflow-artifacts:/".Length..];

        var early = await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/finalize", new { name, version = "1" });
        var stranger = await hub.Bob.AskAsync(HttpMethod.Put, $"{Store}/{path}/MLmodel", "evil");
        var put = await hub.Ann.AskAsync(HttpMethod.Put, $"{Store}/{path}/MLmodel", "yaml");
        var clash = await hub.Ann.AskAsync(HttpMethod.Put, $"{Store}/{path}/MLmodel/x", "yaml");
        var ended = await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/finalize", new { name, version = "1" });
        var again = await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/finalize", new { name, version = "1", status = "READY" });
        var failed = await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/finalize", new { name, version = "1", status = "FAILED_REGISTRATION" });
        var late = await hub.Ann.AskAsync(HttpMethod.Put, $"{Store}/{path}/MLmodel", "other");
        var read = await hub.Ann.AskAsync(HttpMethod.Get, $"{Store}/{path}/MLmodel");

        Assert.Equal(("PENDING_REGISTRATION", "1"), ((string)begun["status"]!, (string)begun["version"]!));
        Assert.Equal((400, 404, 200, 400), (early.Status, stranger.Status, put.Status, clash.Status));
        Assert.Equal(("READY", "READY"), ((string)ended.Json["model_version"]!["status"]!, (string)again.Json["model_version"]!["status"]!));
        Assert.Equal((409, 409, "yaml"), (failed.Status, late.Status, read.Text));
    }

    [Fact]
    public async Task Verifying_names_the_files_whose_bytes_are_not_what_was_registered()
    {
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "model/good", "good bytes"u8.ToArray());
        await hub.Ann.UploadAsync(experiment, run, "model/bad", "bytes that will rot"u8.ToArray());
        await hub.Ann.UploadAsync(experiment, run, "model/gone", "bytes that will go"u8.ToArray());
        var name = await hub.Ann.GivenModelAsync();
        await hub.Ann.GivenVersionAsync(name, $"runs:/{run}/model");

        var before = await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/verify", new { name, version = "1" });
        Damage(await DigestAsync(name, "bad"), f => File.WriteAllText(f, "other bytes"));
        Damage(await DigestAsync(name, "gone"), _ => { });
        var after = await hub.Ann.AskAsync(HttpMethod.Post, $"{Own}/verify", new { name, version = "1" });

        Assert.Equal("""{"files":3,"damaged":[]}""", before.Text);
        Assert.Equal("""{"files":3,"damaged":["bad","gone"]}""", after.Text);
    }

    private async Task<string> DigestAsync(string model, string path)
    {
        await using var db = hub.Open();
        return db.ModelVersionFiles.Single(f => f.Path == path && db.ModelVersions.Any(v => v.Id == f.VersionId && db.RegisteredModels.Any(m => m.Id == v.ModelId && m.Name == model))).Digest;
    }

    private void Damage(string digest, Action<string> damage)
    {
        var file = Directory.EnumerateFiles(Path.Combine(hub.DataDirectory, "artifacts"), "*", SearchOption.AllDirectories)
            .Single(f => Path.GetRelativePath(hub.DataDirectory, f).Replace("/", "", StringComparison.Ordinal).EndsWith(digest, StringComparison.Ordinal) || Path.GetFileName(f) == digest);
        File.Delete(file);
        damage(file);
    }

    private async Task GrantAsync(string model, Caller user, RegistryPermission permission)
    {
        await using var db = hub.Open();
        await db.GivenGrantAsync(db.RegisteredModels.Single(m => m.Name == model), user, permission);
    }
}
