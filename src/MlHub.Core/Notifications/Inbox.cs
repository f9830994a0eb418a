using System.Globalization;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Live;

namespace MlHub.Notifications;

/// <summary>A notification and the name that its model has today, if it is about one.</summary>
public sealed record InboxEntry(Notification Notification, string? Model);

/// <summary>One's own notifications. What one may no longer read is not shown and not counted.</summary>
public sealed class Inbox(HubDbFactory hub, LiveFeed feed, TimeProvider clock)
{
    /// <summary>Newest first.</summary>
    public async Task<Page<InboxEntry>> ListAsync(Caller caller, bool unreadOnly, int max, string? pageToken, CancellationToken cancel)
    {
        if (max is < 1 or > Limits.InboxPage)
        {
            throw HubException.Invalid($"Invalid value for parameter 'max_results' supplied: It must be at least 1 and at most {Limits.InboxPage}.");
        }

        var before = string.IsNullOrEmpty(pageToken) ? long.MaxValue : Parse(pageToken);
        await using var db = hub.Open();
        var rows = await Own(db, caller).Where(n => n.Id < before && (!unreadOnly || n.ReadAt == null)).OrderByDescending(n => n.Id)
            .Select(n => new { Notification = n, Name = db.RegisteredModels.Where(m => m.Id == n.ModelId).Select(m => m.Name).FirstOrDefault() })
            .Take(max + 1).ToListAsync(cancel);
        var entries = rows.Take(max).Select(r => new InboxEntry(r.Notification, r.Name)).ToList();
        return new(entries, rows.Count > max ? entries[^1].Notification.Id.ToString(CultureInfo.InvariantCulture) : null);
    }

    public async Task<int> UnreadCountAsync(Caller caller, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await Own(db, caller).CountAsync(n => n.ReadAt == null, cancel);
    }

    /// <summary>Marks these as read; others' and unknown ones are passed over.</summary>
    public Task MarkReadAsync(Caller caller, IReadOnlyList<long> ids, CancellationToken cancel) =>
        ids.Count > Limits.InboxPage
            ? throw HubException.Invalid($"At most {Limits.InboxPage} notifications can be marked at once.")
            : MarkAsync(caller, n => n.Where(x => ids.Contains(x.Id)), cancel);

    /// <summary>Marks everything as read up to a notification, so that nothing is marked that came meanwhile.</summary>
    public Task MarkAllReadAsync(Caller caller, long upTo, CancellationToken cancel) => MarkAsync(caller, n => n.Where(x => x.Id <= upTo), cancel);

    private async Task MarkAsync(Caller caller, Func<IQueryable<Notification>, IQueryable<Notification>> which, CancellationToken cancel)
    {
        DateTimeOffset? now = clock.GetUtcNow();
        await hub.WriteAsync(
            db => which(db.Notifications.Where(n => n.UserId == caller.Id && n.ReadAt == null)).ExecuteUpdateAsync(s => s.SetProperty(n => n.ReadAt, now), cancel), cancel);
        feed.Announce(Topics.Inbox(caller.Id));
    }

    private static IQueryable<Notification> Own(HubDb db, Caller caller) =>
        db.Notifications.AsNoTracking().Where(n => n.UserId == caller.Id && (n.ModelId == null || db.RegisteredModels.ReadableBy(db, caller).Any(m => m.Id == n.ModelId)));

    private static long Parse(string pageToken) =>
        long.TryParse(pageToken, NumberStyles.None, CultureInfo.InvariantCulture, out var id)
            ? id
            : throw HubException.Invalid("Invalid value for parameter 'page_token' supplied: It is no page token of this list.");
}
