using Microsoft.EntityFrameworkCore;
using MlHub.Access;

namespace MlHub.Events;

/// <summary>What verifying the chain found. The head is worth writing down elsewhere: whoever has it notices a rewritten log.</summary>
public sealed record ChainReport(long Links, string Head, ChainFault? Fault)
{
    public bool IsWhole => Fault is null;
}

/// <summary>The first link that does not hold, and why.</summary>
public sealed record ChainFault(long Seq, long? EventId, string Reason);

/// <summary>The newest link.</summary>
public sealed record ChainHead(long Seq, string Hash, DateTimeOffset At);

/// <summary>The hash chain over the event log, for administrators.</summary>
public sealed class AuditChain(HubDbFactory hub)
{
    private const int Batch = 2000;

    /// <summary>Null while nothing ever happened.</summary>
    public async Task<ChainHead?> HeadOrNullAsync(Caller caller, CancellationToken cancel)
    {
        caller.RequireAdmin();
        await using var db = hub.Open();
        return await db.HeadOrNullAsync(cancel) is { } head
            ? new(head.Seq, Convert.ToHexStringLower(head.Hash), await db.Events.Where(e => e.Id == head.EventId).Select(e => e.At).FirstOrDefaultAsync(cancel))
            : null;
    }

    /// <summary>Reads the whole chain in its order and stops at the first link that does not hold.</summary>
    /// <param name="verified">Told now and then how many links hold.</param>
    public async Task<ChainReport> VerifyAsync(Caller caller, IProgress<long>? verified, CancellationToken cancel)
    {
        caller.RequireAdmin();
        var (seq, hash) = (0L, ChainHash.Start);
        while (true)
        {
            // In batches: a reader that holds its snapshot for minutes would keep SQLite's write-ahead log growing.
            await using var db = hub.Open();
            var links = await db.Chain().Where(l => l.Link.Seq > seq).Take(Batch).ToListAsync(cancel);
            foreach (var (link, row) in links)
            {
                if (Fault(seq, hash, link, row) is { } fault)
                {
                    return new(seq, Convert.ToHexStringLower(hash), fault);
                }

                (seq, hash) = (link.Seq, link.Hash);
            }

            verified?.Report(seq);
            if (links.Count < Batch)
            {
                return new(seq, Convert.ToHexStringLower(hash), await CutAsync(db, seq, cancel));
            }
        }
    }

    private static ChainFault? Fault(long seq, byte[] hash, EventLink link, HubEvent? row) =>
        link.Seq != seq + 1 ? new(seq + 1, null, $"Link {seq + 1} is missing; the next there is has number {link.Seq}.")
        : row is null ? new(link.Seq, link.EventId, $"The event {link.EventId} of link {link.Seq} is missing.")
        : !ChainHash.Of(hash, link.Seq, row).AsSpan().SequenceEqual(link.Hash) ? new(link.Seq, row.Id, $"Link {link.Seq} does not fit: it or the event {row.Id} ({row.Kind} on {row.Subject}) was changed.")
        : null;

    /// <summary>A chain cut at its end still fits; but who reads it remembers how long it was.</summary>
    private static async Task<ChainFault?> CutAsync(HubDb db, long seq, CancellationToken cancel) =>
        await db.ListenerPositions.MaxAsync(p => (long?)p.Seq, cancel) is { } read && read > seq
            ? new(seq + 1, null, $"The chain ends at link {seq}, but up to link {read} was read before.")
            : null;
}
