using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace MlHub.Trash;

/// <summary>Goes on with what somebody deleted for ever, a step at a time and with pauses, so that logging goes on beside it.</summary>
public sealed class PurgeWorker(PurgeSteps steps, TimeProvider clock, ILogger<PurgeWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            var isMore = false;
            try
            {
                isMore = await steps.NextAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogError(e, "What was deleted for ever could not be removed; trying again.");
            }

            await Task.Delay(isMore ? Pause : Patience, clock, stoppingToken);
        }
    }
}
