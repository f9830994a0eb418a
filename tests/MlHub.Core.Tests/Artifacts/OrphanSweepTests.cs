using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Events;
using MlHub.Testing.Blobs;

namespace MlHub.Core.Tests.Artifacts;

public sealed class OrphanSweepTests
{
    private static readonly DateTimeOffset Ever = DateTimeOffset.UtcNow.AddYears(1);

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task Only_what_no_row_points_at_is_removed(BlobStoreKind kind)
    {
        await using var hub = await StoreHub.StartAsync(kind);
        var (experiment, run) = await hub.GivenRunAsync();
        await hub.Ann.UploadAsync(experiment, run, "model/kept.bin", [1]);
        await hub.Ann.UploadAsync(experiment, run, "frozen/model.bin", [2, 2]);
        await hub.Ann.UploadAsync(experiment, run, "gone.bin", [3, 3, 3]);
        await hub.Ann.CallAsync("/registered-models/create", new { name = "m" });
        await hub.Ann.CallAsync("/model-versions/create", new { name = "m", source = $"runs:/{run}/frozen" });
        await hub.Ann.AskAsync(HttpMethod.Delete, Asking.ArtifactUrl(experiment, run, "gone.bin"));
        await hub.Blobs.Store.SaveAsync(new MemoryStream([4, 4, 4, 4]), default);
        var sweep = hub.Get<OrphanSweep>();

        var young = await hub.Ada.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/artifacts/sweep", new { dry_run = false });
        var dry = await sweep.RunAsync(Caller.System, Ever, isDryRun: true, default);
        var all = await hub.Blobs.ListAsync();
        var wet = await sweep.RunAsync(Caller.System, Ever, isDryRun: false, default);
        var again = await sweep.RunAsync(Caller.System, Ever, isDryRun: false, default);

        Assert.Equal("""{"dry_run":false,"blobs":0,"bytes":0}""", young.Text);
        Assert.Equal(new SweepReport(2, 7, true), dry);
        Assert.Equal(4, all.Count);
        Assert.Equal(new SweepReport(2, 7, false), wet);
        Assert.Equal(new SweepReport(0, 0, false), again);
        Assert.Equal([1], await hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "model/kept.bin")));
        Assert.Equal([2, 2], await hub.Ann.GetByteArrayAsync("/model-versions/get-artifact?name=m&version=1&path=model.bin"));
        await using var db = hub.Hub.Open();
        Assert.Equal("""{"blobs":2,"bytes":7}""", Assert.Single(db.Events, e => e.Kind == EventKinds.ArtifactsSwept).After);
    }

    [Theory, ClassData(typeof(EveryBlobStore))]
    public async Task An_upload_between_its_bytes_and_its_row_is_safe(BlobStoreKind kind)
    {
        await using var hub = await StoreHub.StartAsync(kind);
        var stored = await hub.Blobs.Store.SaveAsync(new MemoryStream([1, 2, 3]), default);
        await Task.Delay(2100);
        var since = DateTimeOffset.UtcNow.AddSeconds(-1);
        var (experiment, run) = await hub.GivenRunAsync();
        var sweep = hub.Get<OrphanSweep>();
        Assert.Equal(1, (await sweep.RunAsync(Caller.System, since, isDryRun: true, default)).Blobs);

        // The bytes of an orphan come again, and the sweep runs before their row is written.
        await hub.Get<ArtifactIntake>().SaveAsync(Caller.System, new Swept(hub, run, since), ArtifactPath.Parse("a.bin"), new(new MemoryStream([1, 2, 3])), default);

        Assert.Equal([1, 2, 3], await hub.Ann.GetByteArrayAsync(Asking.ArtifactUrl(experiment, run, "a.bin")));
        await using var content = await hub.Blobs.Store.OpenOrNullAsync(stored.Digest, default);
        Assert.NotNull(content);
    }

    /// <summary>A table of files that the query leaves out loses its bytes after a day.</summary>
    [Fact]
    public async Task Every_table_that_points_at_bytes_is_in_the_query()
    {
        await using var hub = new TestHub();
        await using var db = hub.Open();
        var tables = db.Model.GetEntityTypes().Where(e => e.FindProperty("Digest") is not null && e.FindProperty("Path") is not null).Select(e => e.GetTableName()!).ToList();

        var sql = db.ReferencedDigests().ToQueryString();

        Assert.True(tables.Count >= 2);
        Assert.All(tables, table => Assert.Contains($"\"{table}\"", sql, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Only_administrators_may_ask_for_it()
    {
        await using var hub = await StoreHub.StartAsync(BlobStoreKind.Disk);

        var byAnn = await hub.Ann.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/artifacts/sweep", new { });
        var byAda = await hub.Ada.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/artifacts/sweep", new { });

        Assert.Equal((403, 200, true), (byAnn.Status, byAda.Status, (bool)byAda.Json["dry_run"]!));
    }

    /// <summary>A run in which every row is written just after a sweep.</summary>
    private sealed class Swept(StoreHub hub, string run, DateTimeOffset since) : IArtifactPlace
    {
        private readonly IArtifactPlace _run = hub.Get<MlHub.Artifacts.Artifacts>().Of(run);

        public Task<List<ArtifactEntry>> ListAsync(Caller caller, ArtifactPath folder, CancellationToken cancel) => _run.ListAsync(caller, folder, cancel);

        public Task<OpenedArtifact> OpenAsync(Caller caller, ArtifactPath file, CancellationToken cancel) => _run.OpenAsync(caller, file, cancel);

        public Task<long?> RequireWritableAsync(Caller caller, ArtifactPath file, CancellationToken cancel) => _run.RequireWritableAsync(caller, file, cancel);

        public async Task PlaceAsync(Caller caller, ArtifactPath file, StoredBlob blob, CancellationToken cancel)
        {
            await hub.Get<OrphanSweep>().RunAsync(Caller.System, since, isDryRun: false, cancel);
            await _run.PlaceAsync(caller, file, blob, cancel);
        }

        public Task DeleteAsync(Caller caller, ArtifactPath path, CancellationToken cancel) => _run.DeleteAsync(caller, path, cancel);
    }
}
