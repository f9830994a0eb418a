using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;

namespace MlHub.Events;

/// <summary>
/// Links committed events into the chain, in one order without gaps. Every node may run it: the number of a link is its key,
/// so of two that link the same place one is run again. Killed at any moment, it goes on where the last commit left it.
/// </summary>
public sealed class EventChainWorker(HubDbFactory hub, EventSignal signal, TimeProvider clock, ILogger<EventChainWorker> logger)
    : SignalledWorker(hub, signal.Listen(), TimeSpan.FromMilliseconds(500), "The chain over the event log could not be continued", logger)
{
    private const int Batch = 1000;

    private static readonly TimeSpan HeadIsLogged = TimeSpan.FromHours(1);

    private readonly UnlinkedEvents _unlinked = new();
    private readonly Lock _lock = new();
    private readonly HubDbFactory _hub = hub;
    private readonly ILogger<EventChainWorker> _logger = logger;
    private DateTimeOffset _nextLook = DateTimeOffset.MinValue;
    private Task? _end;

    protected override async Task WorkAsync(CancellationToken cancel)
    {
        if (clock.GetUtcNow() >= _nextLook)
        {
            _nextLook = clock.GetUtcNow() + HeadIsLogged;
            await LookAtAllAsync(cancel);
        }

        while (await LinkAsync(cancel) == Batch)
        {
        }
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        // A host may be stopped from two sides, and be disposed when the first of them is done.
        Task end;
        lock (_lock)
        {
            end = _end ??= EndAsync(cancellationToken);
        }

        await end;
    }

    private async Task EndAsync(CancellationToken cancel)
    {
        try
        {
            await LinkAsync(cancel);
            await LogHeadAsync(cancel);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            _logger.LogWarning(e, "The chain's head could not be read at the end.");
        }
    }

    /// <summary>Events may have appeared behind all that was looked at, and an older database has never had a chain.</summary>
    private async Task LookAtAllAsync(CancellationToken cancel)
    {
        await LogHeadAsync(cancel);
        await using var db = _hub.Open();
        // The highest id is read first: what is committed between the two readings is then beyond it.
        var next = await db.Events.MaxAsync(e => (long?)e.Id, cancel) + 1 ?? 1;
        var unlinked = await db.Events.Where(e => !db.EventLinks.Any(l => l.EventId == e.Id)).MinAsync(e => (long?)e.Id, cancel);
        _unlinked.StartBefore(Math.Min(unlinked ?? next, next));
    }

    private async Task<int> LinkAsync(CancellationToken cancel)
    {
        List<HubEvent> rows;
        await using (var db = _hub.Open())
        {
            rows = await _unlinked.Among(db.Events.AsNoTracking()).OrderBy(e => e.Id).Take(Batch).ToListAsync(cancel);
        }

        if (rows.Count > 0)
        {
            // Read outside of the transaction: events never change, and nobody who writes one has to wait for this.
            await _hub.WriteAsync(db => AppendAsync(db, rows, cancel), cancel);
            _unlinked.Settle(rows.ConvertAll(r => r.Id), clock.GetUtcNow());
        }

        return rows.Count;
    }

    private static async Task AppendAsync(HubDb db, List<HubEvent> rows, CancellationToken cancel)
    {
        var ids = rows.ConvertAll(r => r.Id);
        var linked = await db.EventLinks.Where(l => ids.Contains(l.EventId)).Select(l => l.EventId).ToHashSetAsync(cancel);
        var head = await db.HeadOrNullAsync(cancel);
        var (seq, hash) = (head?.Seq ?? 0, head?.Hash ?? ChainHash.Start);
        foreach (var row in rows.Where(r => !linked.Contains(r.Id)))
        {
            hash = ChainHash.Of(hash, ++seq, row);
            db.Add(new EventLink { Seq = seq, EventId = row.Id, Hash = hash });
        }
    }

    private async Task LogHeadAsync(CancellationToken cancel)
    {
        await using var db = _hub.Open();
        if (await db.HeadOrNullAsync(cancel) is { } head)
        {
            _logger.LogInformation("The audit chain has {Count} links; its head is {Head}.", head.Seq, Convert.ToHexStringLower(head.Hash));
        }
    }
}
