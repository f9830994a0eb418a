using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Events;
using MlHub.Live;
using MlHub.Operations;

namespace MlHub.Notifications;

/// <summary>
/// Reads the chain and puts into inboxes what people should hear of. Its place in the chain is moved in the same transaction, so
/// nothing is told twice or forgotten, however it ends and on however many nodes it runs.
/// </summary>
public sealed class NotificationWorker(HubDbFactory hub, EventSignal signal, LiveFeed feed, ILogger<NotificationWorker> logger) : BackgroundService
{
    public const string Listener = "notifications";
    private const int Batch = 50;
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        var wake = signal.Listen();
        long? announced = null;
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                announced ??= await LastAsync(stoppingToken);
                while (await IsBehindAsync(stoppingToken) && await hub.WriteAsync(db => TellAsync(db, stoppingToken), stoppingToken))
                {
                }

                announced = await AnnounceAsync(announced.Value, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogRetry(hub, e, "Notifications could not be made");
            }

            await wake.NextAsync(Patience, stoppingToken);
        }
    }

    private async Task<bool> IsBehindAsync(CancellationToken cancel)
    {
        await using var db = hub.Open();
        var told = await db.ListenerPositions.Where(p => p.Listener == Listener).Select(p => p.Seq).FirstOrDefaultAsync(cancel);
        return await db.EventLinks.AnyAsync(l => l.Seq > told, cancel);
    }

    /// <summary>Whether there may be more.</summary>
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

    private async Task<long> LastAsync(CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.Notifications.MaxAsync(n => (long?)n.Id, cancel) ?? 0;
    }

    /// <summary>Tells this node's pages, whichever node it was that filled the inboxes.</summary>
    private async Task<long> AnnounceAsync(long announced, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var fresh = await db.Notifications.Where(n => n.Id > announced).Select(n => new { n.Id, n.UserId }).ToListAsync(cancel);
        foreach (var user in fresh.Select(n => n.UserId).Distinct())
        {
            feed.Announce(Topics.Inbox(user));
        }

        return fresh.Select(n => n.Id).DefaultIfEmpty(announced).Max();
    }
}
