using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

/// <summary>Uploads in parts behave the same on both stores, and over a restart.</summary>
public sealed class MultipartStoreTests
{
    private const int MiB = GivenBytes.MiB;

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task Parts_become_one_blob_and_are_gone(BlobStoreKind kind)
    {
        await using var hub = await StoreHub.StartAsync(kind);
        var (experiment, run) = await hub.GivenRunAsync();
        byte[][] parts = [GivenBytes.Random(9 * MiB, 1), GivenBytes.Random(9 * MiB, 1), GivenBytes.Random(1, 2)];
        var created = await hub.Ann.AskAsync(HttpMethod.Post, Url("create", experiment, run), new { path = "big.bin", num_parts = 3 });
        var sent = await SendAsync(hub.Ann, created, parts);

        var completed = await hub.Ann.AskAsync(HttpMethod.Post, Url("complete", experiment, run), new { path = "big.bin", upload_id = (string)created.Json["upload_id"]!, parts = sent });

        Assert.Equal(200, completed.Status);
        byte[] whole = [.. parts.SelectMany(p => p)];
        Assert.Equal(whole, await hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "big.bin")));
        var digest = GivenBytes.Digest(whole);
        Assert.Equal([($"{digest[..2]}/{digest}", (long)whole.Length)], await hub.Blobs.ListAsync());
    }

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task A_part_that_was_damaged_is_not_joined(BlobStoreKind kind)
    {
        await using var hub = await StoreHub.StartAsync(kind);
        var (experiment, run) = await hub.GivenRunAsync();
        var created = await hub.Ann.AskAsync(HttpMethod.Post, Url("create", experiment, run), new { path = "big.bin", num_parts = 1 });
        var id = (string)created.Json["upload_id"]!;
        var sent = await SendAsync(hub.Ann, created, [1, 2, 3]);
        await hub.Blobs.Store.DeletePartsAsync(id, default);

        var lost = await hub.Ann.AskAsync(HttpMethod.Post, Url("complete", experiment, run), new { path = "big.bin", upload_id = id, parts = sent });
        await SendAsync(hub.Ann, created, [1, 2, 3]);
        var again = await hub.Ann.AskAsync(HttpMethod.Post, Url("complete", experiment, run), new { path = "big.bin", upload_id = id, parts = sent });

        Assert.Equal((500, "DATA_LOSS"), (lost.Status, lost.Code));
        Assert.Equal(200, again.Status);
    }

    [Fact]
    public async Task An_upload_survives_kill_9()
    {
        var data = Directory.CreateTempSubdirectory("mlhub-test-").FullName;
        string experiment, run, id;
        List<string> urls;
        object first;
        using (var hub = HubProcess.Start(data, null, "MlHub:Access:Mode=Open"))
        {
            using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
            experiment = await client.GivenExperimentAsync();
            run = await client.GivenRunAsync(experiment);
            var created = await client.AskAsync(HttpMethod.Post, Url("create", experiment, run), new { path = "big.bin", num_parts = 2 });
            (id, urls) = ((string)created.Json["upload_id"]!, [.. created.Json["credentials"]!.AsArray().Select(c => new Uri((string)c!["url"]!).PathAndQuery)]);
            first = new { part_number = 1, etag = (await client.AskAsync(HttpMethod.Put, urls[0], new ByteArrayContent([1, 2]))).Headers.ETag!.Tag };
            hub.Kill();
        }

        using (var hub = HubProcess.Start(data, null, "MlHub:Access:Mode=Open"))
        {
            using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
            var second = new { part_number = 2, etag = (await client.AskAsync(HttpMethod.Put, urls[1], new ByteArrayContent([3]))).Headers.ETag!.Tag };
            var completed = await client.AskAsync(HttpMethod.Post, Url("complete", experiment, run), new { path = "big.bin", upload_id = id, parts = new[] { first, second } });

            Assert.Equal(200, completed.Status);
            Assert.Equal([1, 2, 3], await client.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "big.bin")));
        }

        Directory.Delete(data, recursive: true);
    }

    private static string Url(string verb, string experiment, string run) => $"/api/2.0/mlflow-artifacts/mpu/{verb}/{experiment}/{run}/artifacts";

    private static async Task<object[]> SendAsync(HttpClient client, Answer created, params byte[][] parts)
    {
        var sent = new List<object>();
        foreach (var (credential, part) in created.Json["credentials"]!.AsArray().Zip(parts))
        {
            var answer = await client.AskAsync(HttpMethod.Put, (string)credential!["url"]!, new ByteArrayContent(part));
            sent.Add(new { part_number = (int)credential["part_number"]!, etag = answer.Headers.ETag!.Tag });
        }

        return [.. sent];
    }
}
