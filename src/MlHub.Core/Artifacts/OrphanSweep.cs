using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MlHub.Access;
using MlHub.Events;

namespace MlHub.Artifacts;

/// <summary>What a sweep removed or, dry, would have.</summary>
public sealed record SweepReport(long Blobs, long Bytes, bool IsDryRun);

/// <summary>
/// Removes bytes that no row points at. Only what nobody saved within a day: an upload has its bytes before its row, and saving bytes
/// that are there already makes them new again, so that the store itself refuses to remove them.
/// </summary>
public sealed class OrphanSweep(HubDbFactory hub, IBlobStore blobs, TimeProvider clock, ILogger<OrphanSweep> logger)
{
    public static readonly TimeSpan Grace = TimeSpan.FromHours(24);

    private const int Batch = 500;

    /// <summary>For administrators.</summary>
    public Task<SweepReport> RunAsync(Caller caller, bool isDryRun, CancellationToken cancel) => RunAsync(caller, clock.GetUtcNow() - Grace, isDryRun, cancel);

    /// <summary>The same for what nobody saved since then.</summary>
    public async Task<SweepReport> RunAsync(Caller caller, DateTimeOffset since, bool isDryRun, CancellationToken cancel)
    {
        caller.RequireAdmin();
        var report = new SweepReport(0, 0, isDryRun);
        await foreach (var idle in blobs.ListIdleAsync(since, cancel).Chunk(Batch).WithCancellation(cancel))
        {
            foreach (var orphan in await OrphansAsync(idle, cancel))
            {
                if (isDryRun || await blobs.DeleteIdleAsync(orphan.Digest, since, cancel))
                {
                    report = report with { Blobs = report.Blobs + 1, Bytes = report.Bytes + orphan.Size };
                }
            }
        }

        if (!isDryRun && report.Blobs > 0)
        {
            await hub.WriteAsync(
                db =>
                {
                    db.Record(caller, clock.GetUtcNow(), EventKinds.ArtifactsSwept, "artifact store", after: new { report.Blobs, report.Bytes });
                    return Task.CompletedTask;
                },
                cancel);
            logger.LogInformation("Removed {Blobs} stored files ({Bytes} bytes) that nothing pointed at.", report.Blobs, report.Bytes);
        }

        return report;
    }

    private async Task<List<StoredBlob>> OrphansAsync(StoredBlob[] idle, CancellationToken cancel)
    {
        var digests = idle.Select(b => b.Digest).ToList();
        await using var db = hub.Open();
        var needed = await db.ReferencedDigests().Where(d => digests.Contains(d)).Distinct().ToHashSetAsync(cancel);
        return [.. idle.Where(b => !needed.Contains(b.Digest))];
    }
}
