using System.Globalization;
using System.Runtime.CompilerServices;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;

namespace MlHub.Events;

/// <summary>What to look for in the audit log; what is null is not asked for.</summary>
/// <param name="Kind">A kind, or the first word of several: <c>version</c>.</param>
/// <param name="Subject">The beginning of what it happened to.</param>
public sealed record AuditSearch(string? Actor = null, string? Kind = null, string? Subject = null, string? Address = null, DateTimeOffset? From = null, DateTimeOffset? To = null);

/// <summary>The event log as administrators read it: who did what to what, from where, before and after.</summary>
public sealed class AuditLog(HubDbFactory hub)
{
    private const int ExportBatch = 1000;

    /// <summary>Newest first.</summary>
    public async Task<Page<LinkedEvent>> SearchAsync(Caller caller, AuditSearch search, int max, string? pageToken, CancellationToken cancel)
    {
        caller.RequireAdmin();
        var before = pageToken is null ? long.MaxValue : Parse(pageToken);
        await using var db = hub.Open();
        var rows = await Matching(db, search).Where(l => l.Link.Seq < before).OrderByDescending(l => l.Link.Seq).Take(max + 1).ToListAsync(cancel);
        return rows.Count <= max
            ? new(rows, null)
            : new(rows[..max], rows[max - 1].Link.Seq.ToString(CultureInfo.InvariantCulture));
    }

    /// <summary>Oldest first, a batch at a time, however long the log is.</summary>
    public async IAsyncEnumerable<LinkedEvent> ExportAsync(Caller caller, AuditSearch search, [EnumeratorCancellation] CancellationToken cancel)
    {
        caller.RequireAdmin();
        for (var last = 0L; ;)
        {
            await using var db = hub.Open();
            var rows = await Matching(db, search).Where(l => l.Link.Seq > last).OrderBy(l => l.Link.Seq).Take(ExportBatch).ToListAsync(cancel);
            foreach (var row in rows)
            {
                yield return row;
            }

            if (rows.Count < ExportBatch)
            {
                yield break;
            }

            last = rows[^1].Link.Seq;
        }
    }

    private static IQueryable<LinkedEvent> Matching(HubDb db, AuditSearch search)
    {
        var events = db.Events.AsNoTracking();
        if (search.Actor is { } actor)
        {
            events = events.Where(e => e.Actor == actor);
        }

        if (search.Kind is { } kind)
        {
            var group = kind + ".";
            events = events.Where(e => e.Kind == kind || e.Kind.StartsWith(group));
        }

        if (search.Subject is { } subject)
        {
            events = events.Where(e => e.Subject.StartsWith(subject));
        }

        if (search.Address is { } address)
        {
            events = events.Where(e => e.Address == address);
        }

        if (search.From is { } from)
        {
            events = events.Where(e => e.At >= from);
        }

        if (search.To is { } to)
        {
            events = events.Where(e => e.At < to);
        }

        return db.EventLinks.AsNoTracking().Join(events, l => l.EventId, e => e.Id, (l, e) => new LinkedEvent { Link = l, Event = e });
    }

    private static long Parse(string pageToken) =>
        long.TryParse(pageToken, NumberStyles.None, CultureInfo.InvariantCulture, out var seq)
            ? seq
            : throw HubException.Invalid("Invalid value for parameter 'page_token' supplied: It is no page token of this search.");
}
