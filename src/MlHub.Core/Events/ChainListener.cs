using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Operations;

namespace MlHub.Events;

/// <summary>
/// Goes along the chain and tells of what happened, a batch at a time. Whoever derives from it moves its place in the chain in the
/// transaction in which it tells, so nothing is lost or told twice, however it ends and on however many nodes it runs.
/// </summary>
/// <param name="hub">The database.</param>
/// <param name="signal">Wakes it.</param>
/// <param name="listener">The name of its place.</param>
/// <param name="failed">What the log says when it must try again.</param>
/// <param name="logger">The log.</param>
public abstract class ChainListener(HubDbFactory hub, EventSignal signal, string listener, string failed, ILogger logger) : BackgroundService
{
    /// <summary>Another node's commits raise no signal here.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    /// <summary>Tells of the next events.</summary>
    /// <returns>Whether there may be more.</returns>
    protected abstract Task<bool> TellBatchAsync(CancellationToken cancel);

    /// <summary>Before anything is told, for the first time and for as long as it fails.</summary>
    protected virtual Task BeginAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>After each round, whether or not there was anything to tell.</summary>
    protected virtual Task EndRoundAsync(CancellationToken cancel) => Task.CompletedTask;

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wake = signal.Listen();
        var hasBegun = false;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                if (!hasBegun)
                {
                    await BeginAsync(stoppingToken);
                    hasBegun = true;
                }

                while (await IsBehindAsync(stoppingToken) && await TellBatchAsync(stoppingToken))
                {
                }

                await EndRoundAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogRetry(hub, e, failed);
            }

            await wake.NextAsync(Patience, stoppingToken);
        }
    }

    private async Task<bool> IsBehindAsync(CancellationToken cancel)
    {
        await using var db = hub.Open();
        var told = await db.ListenerPositions.Where(p => p.Listener == listener).Select(p => p.Seq).FirstOrDefaultAsync(cancel);
        return await db.EventLinks.AnyAsync(l => l.Seq > told, cancel);
    }
}
