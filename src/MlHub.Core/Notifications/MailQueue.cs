using Microsoft.EntityFrameworkCore;
using MlHub.Access;

namespace MlHub.Notifications;

/// <summary>
/// The notifications that wait to be mailed. A node claims all that waits for one person in one transaction, so no other
/// node mails it meanwhile; where the node dies, the claim runs out and the mail is sent, perhaps a second time.
/// </summary>
internal sealed class MailQueue(HubDbFactory hub, TimeProvider clock)
{
    /// <summary>What happens this soon after the first is told in the same mail.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromSeconds(30);

    /// <summary>What is older is no news: it happened before mail was switched on, or the mail server was away for too long.</summary>
    private static readonly TimeSpan News = TimeSpan.FromDays(1);

    /// <summary>Far longer than a mail server is waited for.</summary>
    private static readonly TimeSpan Claimed = TimeSpan.FromMinutes(3);

    private static readonly TimeSpan ShortestWait = TimeSpan.FromSeconds(10), LongestWait = TimeSpan.FromHours(1);

    /// <summary>Those for whom a mail is to be sent now.</summary>
    public async Task<List<Guid>> DuePeopleAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        var gathered = now - Gathering;
        await using var db = hub.Open();
        var reachable = Reachable(db).Select(u => u.Id);
        var held = Waiting(db, now).Where(n => n.MailAfter > now).Select(n => n.UserId);
        return await Waiting(db, now).Where(n => n.At <= gathered).Select(n => n.UserId).Distinct()
            .Where(user => reachable.Contains(user) && !held.Contains(user))
            .ToListAsync(cancel);
    }

    /// <summary>All that waits for somebody and that they may still read; null where another node was faster.</summary>
    public Task<ClaimedMail?> ClaimOrNullAsync(Guid userId, CancellationToken cancel) => hub.WriteAsync(
        async db =>
        {
            var now = clock.GetUtcNow();
            var user = await Reachable(db).FirstOrDefaultAsync(u => u.Id == userId, cancel);
            var rows = user is null ? [] : await ReadableAsync(db, user, now, cancel);
            if (rows.All(n => n.At > now - Gathering) || rows.Any(n => n.MailAfter > now))
            {
                return null;
            }

            rows.ForEach(n => n.MailAfter = now + Claimed);
            var models = rows.Select(n => n.ModelId).Distinct().ToList();
            return new ClaimedMail(
                user!.Email!,
                rows,
                await db.RegisteredModels.Where(m => models.Contains(m.Id)).ToDictionaryAsync(m => m.Id, m => m.Name, cancel),
                await MailedTodayAsync(db, userId, now, cancel));
        },
        cancel);

    /// <summary>They are not mailed again.</summary>
    public Task SettleAsync(ClaimedMail claimed, CancellationToken cancel)
    {
        var (ids, now) = (claimed.Ids, clock.GetUtcNow());
        return hub.WriteAsync(db => db.Notifications.Where(n => ids.Contains(n.Id)).ExecuteUpdateAsync(n => n.SetProperty(x => x.MailedAt, now), cancel), cancel);
    }

    /// <summary>Waits as long again as they have waited already, which doubles from one failure to the next without being counted.</summary>
    public Task PostponeAsync(ClaimedMail claimed, CancellationToken cancel)
    {
        var (ids, now) = (claimed.Ids, clock.GetUtcNow());
        var waited = now - claimed.Rows.Min(n => n.At) - Gathering;
        var next = now + (waited < ShortestWait ? ShortestWait : waited > LongestWait ? LongestWait : waited);
        return hub.WriteAsync(db => db.Notifications.Where(n => ids.Contains(n.Id)).ExecuteUpdateAsync(n => n.SetProperty(x => x.MailAfter, next), cancel), cancel);
    }

    private static IQueryable<HubUser> Reachable(HubDb db) => db.Users.Where(u => u.Email != null && u.Email != "" && !u.IsDisabled && !u.RefusesMail);

    private static IQueryable<Notification> Waiting(HubDb db, DateTimeOffset now)
    {
        var oldest = now - News;
        return db.Notifications.Where(n => n.MailedAt == null && n.At > oldest);
    }

    private static Task<List<Notification>> ReadableAsync(HubDb db, HubUser user, DateTimeOffset now, CancellationToken cancel)
    {
        var readable = db.RegisteredModels.ReadableBy(db, user.AsCaller()).Select(m => (long?)m.Id);
        return Waiting(db, now).Where(n => n.UserId == user.Id && (n.ModelId == null || readable.Contains(n.ModelId))).OrderBy(n => n.Id).Take(Limits.LinesPerMail).ToListAsync(cancel);
    }

    private static Task<Dictionary<string, int>> MailedTodayAsync(HubDb db, Guid userId, DateTimeOffset now, CancellationToken cancel)
    {
        var today = new DateTimeOffset(now.UtcDateTime.Date, TimeSpan.Zero);
        return db.Notifications.Where(n => n.UserId == userId && n.MailedAt >= today)
            .GroupBy(n => n.Kind)
            .Select(kind => new { kind.Key, Count = kind.Count() })
            .ToDictionaryAsync(kind => kind.Key, kind => kind.Count, cancel);
    }
}

/// <summary>What waits for one person, in the hands of this node; the models' names by id, and how many of each kind were mailed today.</summary>
internal sealed record ClaimedMail(string To, List<Notification> Rows, Dictionary<long, string> Models, Dictionary<string, int> MailedToday)
{
    public List<long> Ids { get; } = [.. Rows.Select(n => n.Id)];
}
