using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

/// <summary>A disk that cannot be written: uploads are refused, reading goes on, and nothing has to be restarted afterwards.</summary>
public sealed class BrokenDiskTests
{
    [Fact]
    public async Task Uploads_are_503_while_it_lasts()
    {
        await using var hub = new TestHub();
        using var client = await hub.ProgramOfAsync("ann");
        var experiment = await client.GivenExperimentAsync();
        var run = await client.GivenRunAsync(experiment);
        await client.UploadAsync(experiment, run, "kept.bin", [1]);
        var incoming = Path.Combine(hub.DataDirectory, "artifacts", "incoming");
        Directory.Delete(incoming);
        await File.WriteAllTextAsync(incoming, "in the way");

        var refused = await client.UploadAsync(experiment, run, "new.bin", [2]);
        var read = await client.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "kept.bin"));
        File.Delete(incoming);
        Directory.CreateDirectory(incoming);
        var healed = await client.UploadAsync(experiment, run, "new.bin", [2]);

        Assert.Equal((503, "TEMPORARILY_UNAVAILABLE"), (refused.Status, refused.Code));
        Assert.NotNull(refused.Headers.RetryAfter);
        Assert.DoesNotContain(hub.DataDirectory, refused.Text, StringComparison.Ordinal);
        Assert.Equal([1], read);
        Assert.Equal(200, healed.Status);
    }

    [Fact]
    public async Task A_blob_store_that_goes_away_refuses_and_comes_back()
    {
        using var azurite = new Azurite();
        await using var hub = new TestHub(("MlHub:Artifacts:Provider", "AzureBlob"), ("ConnectionStrings:Blobs", azurite.ConnectionString));
        using var client = await hub.ProgramOfAsync("ann");
        var experiment = await client.GivenExperimentAsync();
        var run = await client.GivenRunAsync(experiment);
        await client.UploadAsync(experiment, run, "kept.bin", [1]);
        var created = await client.AskAsync(HttpMethod.Post, $"/api/2.0/mlflow-artifacts/mpu/create/{experiment}/{run}/artifacts", new { path = "big.bin", num_parts = 1 });
        var url = (string)created.Json["credentials"]![0]!["url"]!;

        azurite.Stop();
        Answer[] away =
        [
            await client.UploadAsync(experiment, run, "new.bin", [2]),
            await client.AskAsync(HttpMethod.Get, Asking.ArtifactUrl(experiment, run, "kept.bin")),
            await client.AskAsync(HttpMethod.Put, url, new ByteArrayContent([3])),
        ];
        var listed = await client.GotAsync($"/artifacts/list?run_id={run}");
        var logged = await client.PostedAsync("/runs/log-metric", new { run_id = run, key = "m", value = 1, timestamp = 1 });
        azurite.StartAgain();
        var part = await client.AskAsync(HttpMethod.Put, url, new ByteArrayContent([3]));

        Assert.All(away, a => Assert.Equal((503, "TEMPORARILY_UNAVAILABLE"), (a.Status, a.Code)));
        Assert.All(away, a => Assert.NotNull(a.Headers.RetryAfter));
        Assert.Equal((200, 200, 200), (listed.Status, logged.Status, part.Status));
        await using var db = hub.Open();
        Assert.Empty(db.DamagedBlobs);
    }
}
