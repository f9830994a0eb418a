using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Operations;

namespace MlHub.Events;

/// <summary>Works a round whenever something was committed here, and now and then, since another node's commits raise no signal. A round that fails is worked again.</summary>
/// <param name="hub">The database.</param>
/// <param name="signal">Wakes it.</param>
/// <param name="patience">How long it waits for a signal.</param>
/// <param name="failed">What the log says of a round that failed.</param>
/// <param name="logger">The log.</param>
public abstract class SignalledWorker(HubDbFactory hub, EventSignal signal, TimeSpan patience, string failed, ILogger logger) : BackgroundService
{
    protected abstract Task WorkAsync(CancellationToken cancel);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wake = signal.Listen();
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await WorkAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogRetry(hub, e, failed);
            }

            await wake.NextAsync(patience, stoppingToken);
        }
    }
}
