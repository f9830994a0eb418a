using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Registry;
using MlHub.Testing.Databases;
using MlHub.Tracking;

namespace MlHub.Core.Tests.Registry;

public sealed class VersionSourceTests : IAsyncLifetime
{
    private static readonly CancellationToken None = CancellationToken.None;

    private TestDatabase _database = null!;

    private static string[] Local =>
    [
        "file:///etc", "file://HOST/../../../../", "file://./etc", "file:/etc", "FILE:///etc", "file:etc", "//./etc", "//proc/self/root", "/etc", "/tmp/model", "~/model",
        "C:\\models\\x", "C:/models/x", "c:model", "\\\\host\\share", "a\\b", "..", "../x", "a/../b", "./a", "a//b", ":/etc", " file:///etc", "file\t:///etc", "local:///etc",
        "file://localhost/etc", "file://127.0.0.1/etc", "file:////etc", "file:///%2e%2e/etc", "//proc%2Fself%2Froot", "mlflow-artifacts:/..%2f..%2f", "mlflow-artifacts:/a;/../../b",
        "mlflow-artifacts:/a/../../b", "mlflow-artifacts:a/b", "mlflow-artifacts://host:9000/models/..%2f..%2fartifacts", "mlflow-artifacts://host:9000/models/artifact%00",
        "http://h/artifacts%00", "http:///?/../../../../etc/", "http:///#/../../../../etc/", "http://host#/../../etc/", "http:///;/../../etc/", "http:///etc", "http://user:pw@host/x",
        "http://host:9000/models/../../../", "s3://bucket/../x", "s3://bucket/x?y=/../..", "s3:/bucket/x", "s3a://bucket/./x", "dbfs:/mnt/../../etc", "dbfs:/a?x=/../../etc", "dbfs:etc",
        "ftp://host/a", "data:text/html,x", "javascript:alert(1)", "gopher://x/y", "S3://bucket/x", "models:/m", "models:/m/latest", "models:/m/1/2", "models:/m@", "models:/@a", "models:/m/1@a",
        "runs:/", "runs:/../x", "runs:/a b/c", "runs:/r/../../x", "runs:/r/%2e%2e/x", "x\ny", "x\0", "a`b", "$(id)",
    ];

    private static string[] Remote =>
    [
        "s3://bucket/a/b", "s3a://bucket/a", "gs://bucket", "wasbs://box@account.blob.core.windows.net/m", "abfss://fs@account.dfs.core.windows.net/m", "hdfs://name:8020/m",
        "dbfs:/databricks/mlflow/1/m", "https://example.com/path/to", "http://127.0.0.1:9/api/2.0/mlflow-artifacts/artifacts/", "mlflow-artifacts:/models", "mlflow-artifacts:/models///",
        "mlflow-artifacts:/models/foo///bar", "mlflow-artifacts://host:9000/models", "mlflow-artifacts://host:9000/models/artifact/..../", "runs:/run_id/model", "dummy-source", "path/to/source",
    ];

    public async ValueTask InitializeAsync()
    {
        _database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        await _database.CreateModelAsync("m");
    }

    public ValueTask DisposeAsync() => _database.DisposeAsync();

    [Fact]
    public async Task What_could_be_a_path_of_this_machine_is_refused()
    {
        foreach (var source in Local)
        {
            var refusal = await Assert.ThrowsAsync<HubException>(() => _database.CreateVersionAsync("m", source));

            Assert.True(refusal.Error == HubError.Invalid, $"{source}: {refusal.Message}");
        }
    }

    [Fact]
    public async Task What_is_only_text_comes_back_as_it_was_sent()
    {
        foreach (var source in Remote)
        {
            var version = await _database.CreateVersionAsync("m", source, runId: "run_id_1");

            Assert.Equal((VersionStatus.Ready, source, "run_id_1", null), (version.Version.Status, version.Version.Source, version.Version.RunId, version.Version.Digest));
            Assert.Equal(source, await _database.Versions().DownloadUriAsync(Caller.System, version.Key, None));
            Assert.Empty(await _database.FilesAsync(version));
        }
    }

    [Fact]
    public async Task A_source_may_not_be_longer_than_its_limit() =>
        await Assert.ThrowsAsync<HubException>(() => _database.CreateVersionAsync("m", "s3://b/" + new string('x', Limits.VersionSource)));

    [Fact]
    public async Task Files_of_a_run_are_frozen_with_paths_of_their_own()
    {
        var run = await _database.GivenRunAsync();
        await _database.GivenFilesAsync(run, "model/MLmodel", "model/data/model.onnx", "modelx", "other/x");

        var byRun = await _database.CreateVersionAsync("m", $"runs:/{run.RunId}/model");
        var byUri = await _database.CreateVersionAsync("m", $"mlflow-artifacts:/0/{run.RunId}/artifacts/model/");
        var whole = await _database.CreateVersionAsync("m", $"runs:/{run.RunId}");
        var single = await _database.CreateVersionAsync("m", $"runs:/{run.RunId}/modelx");

        Assert.Equal(["MLmodel", "data/model.onnx"], (await _database.FilesAsync(byRun)).Order(StringComparer.Ordinal));
        Assert.Equal((byRun.Version.Digest, run.RunId), (byUri.Version.Digest, byUri.Version.RunId));
        Assert.Equal(4, (await _database.FilesAsync(whole)).Count);
        Assert.Equal(["modelx"], await _database.FilesAsync(single));
        Assert.NotEqual(byRun.Version.Digest, whole.Version.Digest);
        Assert.Equal(64, byRun.Version.Digest!.Length);
        Assert.Equal(
            ArtifactLocation.OfVersion(byRun.Model.PublicId, byRun.Version.Number), await _database.Versions().DownloadUriAsync(Caller.System, byRun.Key, None));
    }

    [Fact]
    public async Task A_folder_without_files_fails_without_an_error_and_freezes_nothing()
    {
        var run = await _database.GivenRunAsync();

        var version = (await _database.CreateVersionAsync("m", $"runs:/{run.RunId}/model")).Version;

        Assert.Equal((VersionStatus.FailedRegistration, null, null), (version.Status, version.Digest, version.SourceRunKey));
        Assert.Contains("no files", version.StatusMessage, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unreadable_run_is_as_absent_as_an_unknown_one()
    {
        var experiment = await _database.GivenExperimentAsync();
        var run = await _database.GivenRunAsync(experiment.Id);
        var bob = await _database.GivenPersonAsync("bob", experiment.Id, Permission.None);
        await _database.CreateModelAsync("bobs", bob);
        var unknown = new string('0', 32);

        foreach (var (source, runId) in new[]
        {
            ("runs:/RUN/model", null), ($"mlflow-artifacts:/{experiment.Id}/RUN/artifacts/model", null), ("s3://bucket/model", "RUN"), ("runs:/run_id/x", "RUN"),
        })
        {
            var hidden = await RefusalAsync(run.RunId);
            var absent = await RefusalAsync(unknown);

            Assert.Equal((HubError.NotFound, HubError.NotFound), (hidden.Error, absent.Error));
            Assert.Equal(absent.Message.Replace(unknown, "R", StringComparison.Ordinal), hidden.Message.Replace(run.RunId, "R", StringComparison.Ordinal));

            Task<HubException> RefusalAsync(string id) => Assert.ThrowsAsync<HubException>(
                () => _database.CreateVersionAsync("bobs", source.Replace("RUN", id, StringComparison.Ordinal), bob, runId is null ? null : id));
        }
    }

    [Fact]
    public async Task A_run_id_must_be_that_of_the_source()
    {
        var (one, other) = (await _database.GivenRunAsync(), await _database.GivenRunAsync());

        var mismatch = await Assert.ThrowsAsync<HubException>(() => _database.CreateVersionAsync("m", $"runs:/{one.RunId}/x", runId: other.RunId));

        Assert.Equal(HubError.Invalid, mismatch.Error);
    }

    [Fact]
    public async Task A_copy_has_the_same_files_and_a_copy_of_a_copy_too()
    {
        var run = await _database.GivenRunAsync();
        await _database.GivenFilesAsync(run, "model/MLmodel");
        var first = await _database.CreateVersionAsync("m", $"runs:/{run.RunId}/model");
        await _database.Aliases().SetAsync(Caller.System, "m", "champ", first.Version.Number, None);
        await _database.CreateModelAsync("prod");

        var copy = (await _database.CreateVersionAsync("prod", "models:/m@champ")).Version;
        var again = await _database.CreateVersionAsync("m", "models:/prod/1");

        Assert.Equal(("models:/m/1", first.Version.Id, first.Version.Digest, run.RunId), (copy.Source, copy.SourceVersionId, copy.Digest, copy.RunId));
        Assert.Equal(["MLmodel"], await _database.FilesAsync(again));
        Assert.Equal(first.Version.Digest, again.Version.Digest);
    }

    [Fact]
    public async Task However_often_an_address_is_copied_it_is_told_in_one_step()
    {
        await _database.CreateVersionAsync("m", "s3://bucket/original");
        for (var i = 1; i <= 50; i++)
        {
            await _database.CreateVersionAsync("m", $"models:/m/{i}");
        }

        Assert.Equal("s3://bucket/original", await _database.Versions().DownloadUriAsync(Caller.System, new("m", 51), None));
        await Assert.ThrowsAsync<HubException>(() => _database.CreateVersionAsync("m", "models:/m/99"));
    }

    [Fact]
    public async Task A_model_that_one_may_not_read_is_no_source()
    {
        await _database.CreateVersionAsync("m", "s3://bucket/secret");
        var bob = await _database.GivenPersonAsync("bob", 0, Permission.None);
        await _database.CreateModelAsync("bobs", bob);

        var refusal = await Assert.ThrowsAsync<HubException>(() => _database.CreateVersionAsync("bobs", "models:/m/1", bob));

        Assert.Equal((HubError.NotFound, "Registered Model with name=m not found"), (refusal.Error, refusal.Message));
    }
}
