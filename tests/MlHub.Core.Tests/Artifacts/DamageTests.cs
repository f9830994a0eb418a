using MlHub.Artifacts;
using MlHub.Events;
using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

/// <summary>Bytes that are missing or changed are never sent: fault 22.</summary>
public sealed class DamageTests
{
    private const int MiB = GivenBytes.MiB;

    [Theory]
    [InlineData(BlobStoreKind.Disk, 10)]
    [InlineData(BlobStoreKind.AzureBlob, 10)]
    [InlineData(BlobStoreKind.Disk, 20 * MiB)]
    [InlineData(BlobStoreKind.AzureBlob, 20 * MiB)]
    public async Task A_changed_file_is_refused_told_of_and_mended_by_the_same_upload(BlobStoreKind kind, int size)
    {
        await using var hub = await StoreHub.StartAsync(kind);
        var (experiment, run) = await hub.GivenRunAsync();
        var bytes = GivenBytes.Random(size);
        await hub.Ann.UploadAsync(experiment, run, "model.bin", bytes);
        var digest = GivenBytes.Digest(bytes);
        byte[] bent = [.. bytes[..^1], (byte)(bytes[^1] ^ 1)];
        await hub.Blobs.DamageAsync(digest, bent);
        var url = Asking.ArtifactUrl(experiment, run, "model.bin");

        var first = await hub.Ann.AskAsync(HttpMethod.Get, url);
        var second = await hub.Ann.AskAsync(HttpMethod.Get, $"/get-artifact?run_id={run}&path=model.bin");
        var state = await hub.Ada.AskAsync(HttpMethod.Get, "/api/2.0/mlhub/artifacts/state");
        await hub.Ann.UploadAsync(experiment, run, "model.bin", bytes);
        var mended = await hub.Ann.GetByteArrayAsync(url);

        Assert.Equal((500, "DATA_LOSS"), (first.Status, first.Code));
        Assert.Equal((500, "DATA_LOSS"), (second.Status, second.Code));
        Assert.Contains("damaged or missing", first.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(hub.Hub.DataDirectory, first.Text, StringComparison.Ordinal);
        var damaged = Assert.Single(state.Json["damaged"]!.AsArray())!;
        Assert.Equal((digest, "CHANGED", $"run {run}: model.bin"), ((string?)damaged["digest"], (string?)damaged["damage"], (string?)damaged["files"]![0]));
        Assert.Equal(bytes, mended);
        await using var db = hub.Hub.Open();
        Assert.Equal(digest, Assert.Single(db.Events, e => e.Kind == EventKinds.ArtifactDamaged).Subject);
    }

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task The_scrub_finds_what_nobody_reads_and_forgets_what_was_mended(BlobStoreKind kind)
    {
        await using var hub = await StoreHub.StartAsync(kind);
        var (experiment, run) = await hub.GivenRunAsync();
        byte[] whole = [1], changed = [2], missing = [3];
        foreach (var bytes in new[] { whole, changed, missing })
        {
            await hub.Ann.UploadAsync(experiment, run, $"{bytes[0]}.bin", bytes);
        }

        await hub.Blobs.DamageAsync(GivenBytes.Digest(changed), [9]);
        await hub.Blobs.DamageAsync(GivenBytes.Digest(missing), null);
        var scrub = hub.Get<Scrub>();
        long read = 0;

        Assert.True(await scrub.AdvanceAsync(CountAsync, default));
        var found = await DamagedAsync(hub);
        var refused = await hub.Ann.AskAsync(HttpMethod.Get, Asking.ArtifactUrl(experiment, run, "2.bin"));
        await hub.Ann.UploadAsync(experiment, run, "2.bin", changed);
        await hub.Ann.UploadAsync(experiment, run, "3.bin", missing);
        Assert.False(await scrub.AdvanceAsync(CountAsync, default));
        await ForgetRoundAsync(hub);
        Assert.True(await scrub.AdvanceAsync(CountAsync, default));

        Assert.Equal([(GivenBytes.Digest(changed), "CHANGED"), (GivenBytes.Digest(missing), "MISSING")], found.OrderBy(f => f.Damage));
        Assert.Equal(500, refused.Status);
        Assert.Equal(2 + 3, read);
        Assert.Empty(await DamagedAsync(hub));
        await using var db = hub.Hub.Open();
        Assert.Equal(2, db.Events.Count(e => e.Kind == EventKinds.ArtifactHealed));

        Task CountAsync(int bytes)
        {
            read += bytes;
            return Task.CompletedTask;
        }
    }

    [Fact]
    public async Task The_scrub_goes_on_where_it_was()
    {
        await using var hub = await StoreHub.StartAsync(BlobStoreKind.Disk);
        var (experiment, run) = await hub.GivenRunAsync();
        for (var n = 0; n < 130; n++)
        {
            await hub.Ann.UploadAsync(experiment, run, $"{n}.bin", BitConverter.GetBytes(n));
        }

        Assert.True(await Scrubbing(hub).AdvanceAsync(_ => Task.CompletedTask, default));
        var half = (await hub.Ada.AskAsync(HttpMethod.Get, "/api/2.0/mlhub/artifacts/state")).Json["scrub"]!;
        Assert.True(await Scrubbing(hub).AdvanceAsync(_ => Task.CompletedTask, default));
        var whole = (await hub.Ada.AskAsync(HttpMethod.Get, "/api/2.0/mlhub/artifacts/state")).Json["scrub"]!;

        Assert.Equal((true, 100, 400), ((bool)half["under_way"]!, (int)half["blobs"]!, (int)half["bytes"]!));
        Assert.Equal((false, 130, 520), ((bool)whole["under_way"]!, (int)whole["blobs"]!, (int)whole["bytes"]!));
        Assert.Null(half["finished_at"]);
        Assert.NotNull(whole["finished_at"]);
    }

    /// <summary>As after a restart.</summary>
    private static Scrub Scrubbing(StoreHub hub) => new(hub.Get<HubDbFactory>(), hub.Get<CheckedBlobs>(), TimeProvider.System);

    private static async Task ForgetRoundAsync(StoreHub hub) => await hub.Get<HubDbFactory>().WriteAsync(
        async db => (await db.ScrubProgress.FindAsync(ScrubProgress.OnlyId))!.FinishedAt = DateTimeOffset.UtcNow.AddDays(-8), default);

    private static async Task<List<(string Digest, string Damage)>> DamagedAsync(StoreHub hub) =>
        (await hub.Ada.AskAsync(HttpMethod.Get, "/api/2.0/mlhub/artifacts/state")).Json["damaged"] is { } damaged
            ? [.. damaged.AsArray().Select(d => ((string)d!["digest"]!, (string)d["damage"]!))]
            : [];
}
