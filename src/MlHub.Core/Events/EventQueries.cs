using Microsoft.EntityFrameworkCore;

namespace MlHub.Events;

internal static class EventQueries
{
    /// <summary>The last link of the chain; null while there is none.</summary>
    public static Task<EventLink?> HeadOrNullAsync(this HubDb db, CancellationToken cancel) =>
        db.EventLinks.AsNoTracking().OrderByDescending(l => l.Seq).FirstOrDefaultAsync(cancel);

    /// <summary>The chain in its order, each link with its event; null where that is gone.</summary>
    public static IQueryable<LinkedEvent> Chain(this HubDb db) =>
        from link in db.EventLinks.AsNoTracking()
        join row in db.Events.AsNoTracking() on link.EventId equals row.Id into rows
        from row in rows.DefaultIfEmpty()
        orderby link.Seq
        select new LinkedEvent { Link = link, Event = row };
}

/// <summary>A link with the event that it is of.</summary>
public sealed record LinkedEvent
{
    public required EventLink Link { get; init; }

    /// <summary>Null where the event was taken out of the log behind MlHub's back.</summary>
    public HubEvent? Event { get; init; }

    public void Deconstruct(out EventLink link, out HubEvent? row) => (link, row) = (Link, Event);
}
