using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Operations;

namespace MlHub.Webhooks;

/// <summary>Removes old deliveries, some at a time: what is older than thirty days, and of each webhook all but the newest hundred thousand.</summary>
public sealed class WebhookUpkeepWorker(HubDbFactory hub, TimeProvider clock, ILogger<WebhookUpkeepWorker> logger) : BackgroundService
{
    private const int Step = 500;
    private static readonly TimeSpan Kept = TimeSpan.FromDays(30), Pace = TimeSpan.FromHours(1);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pace, clock, stoppingToken);
            try
            {
                await TrimAsync(Limits.DeliveriesKept, stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogRetry(hub, e, "Old deliveries could not be removed");
            }
        }
    }

    internal async Task TrimAsync(int most, CancellationToken cancel)
    {
        List<long> webhooks;
        await using (var db = hub.Open())
        {
            webhooks = await db.Webhooks.Select(w => w.Id).ToListAsync(cancel);
        }

        foreach (var webhook in webhooks)
        {
            while (await hub.WriteStatementsAsync(db => StepAsync(db, webhook, most, cancel), cancel) == Step)
            {
            }
        }
    }

    private async Task<int> StepAsync(HubDb db, long webhook, int most, CancellationToken cancel)
    {
        var before = clock.GetUtcNow() - Kept;
        var theirs = db.WebhookDeliveries.Where(d => d.WebhookId == webhook);
        var last = await theirs.OrderByDescending(d => d.Id).Skip(most).Select(d => (long?)d.Id).FirstOrDefaultAsync(cancel) ?? 0;
        var old = await theirs.Where(d => d.Lease == null).OrderBy(d => d.Id).Take(Step).Where(d => d.Id <= last || d.CreatedAt < before).Select(d => d.Id).ToListAsync(cancel);
        return await db.WebhookDeliveries.Where(d => old.Contains(d.Id)).ExecuteDeleteAsync(cancel);
    }
}
