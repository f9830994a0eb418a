using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

/// <summary>Quota and largest size, on both stores and for every way in. Attack 79.</summary>
public sealed class ArtifactLimitTests
{
    private const int MiB = GivenBytes.MiB;

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task Uploads_side_by_side_do_not_pass_the_quota_together(BlobStoreKind kind)
    {
        await using var hub = await StoreHub.StartAsync(kind, ("MlHub:Artifacts:QuotaPerExperiment", $"{10 * MiB}"));
        var (experiment, run) = await hub.GivenRunAsync();
        var (other, otherRun) = await hub.GivenRunAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 6).Select(n => hub.Ann.UploadAsync(experiment, run, $"{n}.bin", GivenBytes.Random(3 * MiB, n))));
        var listed = (await hub.Ann.GotAsync($"/artifacts/list?run_id={run}")).Json["files"]?.AsArray().Sum(f => (long)f!["file_size"]!) ?? 0;
        var elsewhere = await hub.Ann.UploadAsync(other, otherRun, "a.bin", GivenBytes.Random(3 * MiB));

        Assert.Contains(answers, a => a.Status == 507);
        Assert.All(answers.Where(a => a.Status != 200), a => Assert.Equal((507, "RESOURCE_EXHAUSTED"), (a.Status, a.Code)));
        Assert.All(answers.Where(a => a.Status == 507), a => Assert.Contains("quota", a.Message, StringComparison.Ordinal));
        Assert.All(answers.Where(a => a.Status == 507), a => Assert.NotNull(a.Headers.RetryAfter));
        Assert.Equal(answers.Count(a => a.Status == 200) * 3L * MiB, listed);
        Assert.InRange(listed, 0, 10L * MiB);
        Assert.Equal(200, elsewhere.Status);
    }

    [Fact]
    public async Task What_is_deleted_makes_room_again()
    {
        var clock = new TestClock();
        await using var hub = await StoreHub.StartAsync(BlobStoreKind.Disk);
        var (experiment, run) = await hub.GivenRunAsync();
        var settings = new ArtifactSettings { QuotaPerExperiment = 10 };
        var intake = new ArtifactIntake(hub.Blobs.Store, new ExperimentQuota(hub.Get<HubDbFactory>(), settings, clock), settings);
        var place = hub.Get<MlHub.Artifacts.Artifacts>().Of(run);

        await SaveAsync("a", 6);
        var full = await Assert.ThrowsAsync<HubException>(() => SaveAsync("b", 5));
        await SaveAsync("b", 4);
        var brim = await Assert.ThrowsAsync<HubException>(() => SaveAsync("c", 1));
        await hub.Ann.AskAsync(HttpMethod.Delete, Asking.ArtifactUrl(experiment, run, "a"));
        clock.Advance(TimeSpan.FromMinutes(1));
        await SaveAsync("c", 6);

        Assert.Equal((HubError.StorageFull, HubError.StorageFull), (full.Error, brim.Error));

        Task SaveAsync(string path, int size) => intake.SaveAsync(Caller.System, place, ArtifactPath.Parse(path), new(new MemoryStream(new byte[size])), default);
    }

    [Theory]
    [InlineData(BlobStoreKind.Disk, false)]
    [InlineData(BlobStoreKind.Disk, true)]
    [InlineData(BlobStoreKind.AzureBlob, true)]
    public async Task A_file_has_a_largest_size(BlobStoreKind kind, bool chunked)
    {
        await using var hub = await StoreHub.StartAsync(kind, ("MlHub:Artifacts:MaxFileSize", "1000"));
        var (experiment, run) = await hub.GivenRunAsync();

        var fits = await PutAsync(1000);
        var large = await PutAsync(1001);

        Assert.Equal(200, fits.Status);
        Assert.Equal((413, "REQUEST_LIMIT_EXCEEDED"), (large.Status, large.Code));
        Assert.Equal(1000, (await hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "a.bin"))).Length);

        async Task<Answer> PutAsync(int size)
        {
            using var request = new HttpRequestMessage(HttpMethod.Put, Asking.ArtifactUrl(experiment, run, "a.bin")) { Content = new ByteArrayContent(new byte[size]) };
            request.Headers.TransferEncodingChunked = chunked;
            return await Answer.OfAsync(await hub.Ann.SendAsync(request));
        }
    }

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task Parts_count_towards_quota_and_size(BlobStoreKind kind)
    {
        await using var hub = await StoreHub.StartAsync(kind, ("MlHub:Artifacts:QuotaPerExperiment", "1000"), ("MlHub:Artifacts:MaxFileSize", "700"));
        var (experiment, run) = await hub.GivenRunAsync();
        var created = await hub.Ann.AskAsync(HttpMethod.Post, $"/api/2.0/mlflow-artifacts/mpu/create/{experiment}/{run}/artifacts", new { path = "a.bin", num_parts = 2 });
        var urls = created.Json["credentials"]!.AsArray().Select(c => (string)c!["url"]!).ToList();

        var first = await hub.Ann.AskAsync(HttpMethod.Put, urls[0], new ByteArrayContent(new byte[500]));
        var tooMuch = await hub.Ann.AskAsync(HttpMethod.Put, urls[1], new ByteArrayContent(new byte[501]));
        var second = await hub.Ann.AskAsync(HttpMethod.Put, urls[1], new ByteArrayContent(new byte[500]));
        object[] parts = [new { part_number = 1, etag = first.Headers.ETag!.Tag }, new { part_number = 2, etag = second.Headers.ETag!.Tag }];
        var joined = await hub.Ann.AskAsync(
            HttpMethod.Post, $"/api/2.0/mlflow-artifacts/mpu/complete/{experiment}/{run}/artifacts", new { path = "a.bin", upload_id = (string)created.Json["upload_id"]!, parts });

        Assert.Equal((200, 507, 200), (first.Status, tooMuch.Status, second.Status));
        Assert.Equal((413, "REQUEST_LIMIT_EXCEEDED"), (joined.Status, joined.Code));
    }

    [Theory]
    [InlineData("MlHub:Artifacts:MaxFileSize", "10 MB")]
    [InlineData("MlHub:Artifacts:QuotaPerExperiment", "-1")]
    [InlineData("MlHub:Artifacts:FreeSpaceReserve", "2%")]
    [InlineData("MlHub:PublicUrl", "mlhub.example.com")]
    public async Task A_wrong_setting_ends_the_start_in_a_sentence(string key, string value)
    {
        var data = Directory.CreateTempSubdirectory("mlhub-test-");
        using var hub = HubProcess.Start(data.FullName, null, $"{key}={value}");

        Assert.Equal(1, await hub.ExitAsync());

        Assert.Contains($"MlHub cannot start. {key}", hub.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("   at ", hub.Output, StringComparison.Ordinal);
        data.Delete(recursive: true);
    }
}
