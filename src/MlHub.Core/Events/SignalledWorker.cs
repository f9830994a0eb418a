using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Operations;

namespace MlHub.Events;

/// <summary>Works a round whenever it is woken, and now and then, since another node's commits wake nobody here. A round that fails is worked again.</summary>
/// <param name="hub">The database.</param>
/// <param name="wake">Wakes it.</param>
/// <param name="patience">How long it waits to be woken.</param>
/// <param name="failed">What the log says of a round that failed.</param>
/// <param name="logger">The log.</param>
public abstract class SignalledWorker(HubDbFactory hub, Wake wake, TimeSpan patience, string failed, ILogger logger) : BackgroundService
{
    /// <summary>There may be work.</summary>
    public void Wake() => wake.Up();

    protected abstract Task WorkAsync(CancellationToken cancel);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
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
