using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Adapters.Databases;
using MlHub.Operations;

namespace MlHub.Adapters.Operations;

/// <summary>
/// The quick part of what <see cref="Doctor"/> looks at, once the database is upgraded. A hub that cannot write does not start; what only
/// makes it slow or may stop it soon is told in the log.
/// </summary>
public sealed class StartCheck(HubDbFactory hub, DataDirectory data, ILogger<StartCheck> logger) : IHostedService
{
    private const long LowDisk = 512L << 20;

    /// <exception cref="IOException">In one sentence: the data directory cannot be written.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        RequireWritable();
        if (new DriveInfo(data.Path).AvailableFreeSpace is var free && free < LowDisk)
        {
            logger.LogWarning("Only {Free} MiB are free at the data directory; uploads are refused below {Least} MiB.", free >> 20, LowDisk >> 20);
        }

        await using var db = hub.Open();
        foreach (var finding in (Finding[])[await DatabaseInspection.IndexesAsync(db, cancellationToken), await DatabaseInspection.TriggersAsync(db, cancellationToken)])
        {
            if (finding.State != FindingState.Ok)
            {
                logger.LogWarning("{Detail} Searches may be slow or the event log unguarded; the command doctor tells more.", finding.Detail);
            }
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void RequireWritable()
    {
        foreach (var folder in (string[])[data.Path, data.Artifacts])
        {
            var trial = Path.Combine(folder, $".write-{Guid.NewGuid():N}");
            try
            {
                Directory.CreateDirectory(folder);
                using (var file = new FileStream(trial, FileMode.CreateNew, FileAccess.Write))
                {
                    file.WriteByte(1);
                    file.Flush(flushToDisk: true);
                }

                File.Delete(trial);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw new IOException($"MlHub:DataDirectory '{folder}' cannot be written: {e.Message}", e);
            }
        }
    }
}
