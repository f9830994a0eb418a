using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Access;

namespace MlHub.Artifacts;

/// <summary>Keeps the store tidy and whole in the background: sweeps what nobody needs, reads what is stored again.</summary>
public sealed class ArtifactUpkeepWorker(
    OrphanSweep orphans, MultipartUploads uploads, IBlobStore blobs, Scrub scrub, ArtifactSettings settings, TimeProvider clock, ILogger<ArtifactUpkeepWorker> logger)
    : BackgroundService
{
    /// <summary>The start belongs to the people who wait for it.</summary>
    private static readonly TimeSpan First = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Between = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan OrphansEvery = TimeSpan.FromHours(6);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(SweepAsync(stoppingToken), ScrubAsync(stoppingToken));

    private async Task SweepAsync(CancellationToken stopping)
    {
        var orphansDue = DateTimeOffset.MinValue;
        await foreach (var now in RoundsAsync(stopping))
        {
            await TryAsync("sweep", async () =>
            {
                await uploads.SweepAsync(stopping);
                await blobs.SweepUploadsAsync(now - OrphanSweep.Grace, stopping);
                if (now >= orphansDue)
                {
                    await orphans.RunAsync(Caller.System, isDryRun: false, stopping);
                    orphansDue = now + OrphansEvery;
                }
            });
        }
    }

    private async Task ScrubAsync(CancellationToken stopping)
    {
        if (settings.ScrubRate == 0)
        {
            return;
        }

        await foreach (var _ in RoundsAsync(stopping))
        {
            await TryAsync("scrub", async () =>
            {
                while (await scrub.AdvanceAsync(PaceAsync, stopping))
                {
                }
            });
        }

        Task PaceAsync(int bytes) => Task.Delay(TimeSpan.FromSeconds((double)bytes / settings.ScrubRate), clock, stopping);
    }

    private async IAsyncEnumerable<DateTimeOffset> RoundsAsync([System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken stopping)
    {
        for (var pause = First; ; pause = Between)
        {
            await Task.Delay(pause, clock, stopping);
            yield return clock.GetUtcNow();
        }
    }

    private async Task TryAsync(string what, Func<Task> work)
    {
        try
        {
            await work();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogWarning(e, "The {Work} of the artifact store stopped; it goes on later.", what);
        }
    }
}
