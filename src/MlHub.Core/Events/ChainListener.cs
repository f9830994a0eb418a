using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

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
public abstract class ChainListener(HubDbFactory hub, EventSignal signal, string listener, string failed, ILogger logger)
    : SignalledWorker(hub, signal.Listen(), TimeSpan.FromMilliseconds(500), failed, logger)
{
    private readonly HubDbFactory _hub = hub;
    private bool _hasBegun;

    /// <summary>Tells of the next events.</summary>
    /// <returns>Whether there may be more.</returns>
    protected abstract Task<bool> TellBatchAsync(CancellationToken cancel);

    /// <summary>Before anything is told, for the first time and for as long as it fails.</summary>
    protected virtual Task BeginAsync(CancellationToken cancel) => Task.CompletedTask;

    /// <summary>After each round, whether or not there was anything to tell.</summary>
    protected virtual Task EndRoundAsync(CancellationToken cancel) => Task.CompletedTask;

    protected sealed override async Task WorkAsync(CancellationToken cancel)
    {
        if (!_hasBegun)
        {
            await BeginAsync(cancel);
            _hasBegun = true;
        }

        while (await IsBehindAsync(cancel) && await TellBatchAsync(cancel))
        {
        }

        await EndRoundAsync(cancel);
    }

    private async Task<bool> IsBehindAsync(CancellationToken cancel)
    {
        await using var db = _hub.Open();
        var told = await db.ListenerPositions.Where(p => p.Listener == listener).Select(p => p.Seq).FirstOrDefaultAsync(cancel);
        return await db.EventLinks.AnyAsync(l => l.Seq > told, cancel);
    }
}
