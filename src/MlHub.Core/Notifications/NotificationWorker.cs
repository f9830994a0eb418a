using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging;
using MlHub.Events;
using MlHub.Live;

namespace MlHub.Notifications;

/// <summary>Puts into inboxes what people should hear of.</summary>
public sealed class NotificationWorker(HubDbFactory hub, EventSignal signal, LiveFeed feed, ILogger<NotificationWorker> logger)
    : ChainListener(hub, signal, Listener, "Notifications could not be made", logger)
{
    public const string Listener = "notifications";
    private const int Batch = 50;

    private readonly HubDbFactory _hub = hub;
    private long _announced;

    protected override Task<bool> TellBatchAsync(CancellationToken cancel) => _hub.WriteAsync(db => TellAsync(db, cancel), cancel);

    protected override async Task BeginAsync(CancellationToken cancel)
    {
        await using var db = _hub.Open();
        _announced = await db.Notifications.MaxAsync(n => (long?)n.Id, cancel) ?? 0;
    }

    /// <summary>Tells this node's pages, whichever node it was that filled the inboxes.</summary>
    protected override async Task EndRoundAsync(CancellationToken cancel)
    {
        await using var db = _hub.Open();
        var fresh = await db.Notifications.Where(n => n.Id > _announced).Select(n => new { n.Id, n.UserId }).ToListAsync(cancel);
        foreach (var user in fresh.Select(n => n.UserId).Distinct())
        {
            feed.Announce(Topics.Inbox(user));
        }

        _announced = fresh.Select(n => n.Id).DefaultIfEmpty(_announced).Max();
    }

    private static async Task<bool> TellAsync(HubDb db, CancellationToken cancel)
    {
        var position = await db.ListenerPositions.FindAsync([Listener], cancel) ?? db.Add(new ListenerPosition { Listener = Listener, Seq = 0 }).Entity;
        var head = await db.HeadOrNullAsync(cancel);
        var told = position.Seq;
        var news = await db.Chain().Where(l => l.Link.Seq > told && FanOut.Kinds.Contains(l.Event!.Kind)).Take(Batch).ToListAsync(cancel);
        var fanOut = new FanOut(db, cancel);
        foreach (var (_, row) in news)
        {
            await fanOut.TellAsync(row!);
        }

        position.Seq = news.Count == Batch ? news[^1].Link.Seq : Math.Max(told, head?.Seq ?? 0);
        return news.Count == Batch;
    }
}
