using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Access;

namespace MlHub.Trash;

/// <summary>Holds to the rules of retention, once at start and then every hour. Several nodes do no harm.</summary>
public sealed class RetentionWorker(Retention retention, TimeProvider clock, ILogger<RetentionWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (retention.Rules != RetentionRules.Never)
        {
            try
            {
                await retention.ApplyAsync(Caller.System, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "What has been in the trash for long enough could not be removed; trying again in an hour.");
            }

            await Task.Delay(Pace, clock, stoppingToken);
        }
    }
}
