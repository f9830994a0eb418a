using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Live;
using MlHub.Operations;

namespace MlHub.Serving.Monitoring;

/// <summary>
/// Tells open pages each second which models were asked, writes minutes once they are over, and removes those that are two weeks old. A process that is
/// killed takes with it what it had not written, a minute and some seconds at most; one that is stopped writes all of it.
/// </summary>
internal sealed class MeasureWorker(HubDbFactory hub, CountedCalls counted, LiveFeed feed, TimeProvider clock, ILogger<MeasureWorker> logger) : BackgroundService
{
    /// <summary>How long the measures are kept.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromDays(14);

    /// <summary>Who looked at the clock before the minute was over has counted by then.</summary>
    private static readonly TimeSpan Late = TimeSpan.FromSeconds(5), Pace = TimeSpan.FromSeconds(1), Upkeep = TimeSpan.FromHours(1);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);
        await TryAsync(() => WriteAsync(DateTimeOffset.MaxValue, cancellationToken), "The last measures of served models could not be written");
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        for (var trimmed = DateTimeOffset.MinValue; !stoppingToken.IsCancellationRequested; await Task.Delay(Pace, clock, stoppingToken))
        {
            foreach (var model in counted.TakeAsked())
            {
                feed.Announce(Topics.Calls(model));
            }

            await TryAsync(() => WriteAsync(CountedCalls.MinuteOf(clock.GetUtcNow() - Late), stoppingToken), "Measures of served models could not be written");
            if (clock.GetUtcNow() - trimmed > Upkeep)
            {
                await TryAsync(() => TrimAsync(stoppingToken), "Old measures of served models could not be removed");
                trimmed = clock.GetUtcNow();
            }
        }
    }

    /// <summary>Writes the minutes before this one. What is written twice is written once.</summary>
    internal async Task WriteAsync(DateTimeOffset before, CancellationToken cancel)
    {
        var over = counted.All.Where(c => c.Key.Minute < before).ToList();
        if (over.Count == 0)
        {
            return;
        }

        var (ids, since) = (over.Select(c => c.Key.VersionId).Distinct().ToList(), over.Min(c => c.Key.Minute));
        await hub.WriteAsync(
            async db =>
            {
                var present = await db.ModelVersions.Where(v => ids.Contains(v.Id)).Select(v => v.Id).ToListAsync(cancel);
                var written = await db.ServingMeasures.AsNoTracking().Where(m => ids.Contains(m.VersionId) && m.Node == counted.Node && m.Minute >= since)
                    .Select(m => new CountedMinute(m.VersionId, m.Minute)).ToListAsync(cancel);
                db.AddRange(over.Where(c => present.Contains(c.Key.VersionId) && !written.Contains(c.Key)).Select(c => Row(c.Key, c.Value)));
            },
            cancel);
        over.ForEach(c => counted.Forget(c.Key));
    }

    /// <summary>Some at a time, so that a hub that was off for long does not hold up others.</summary>
    internal async Task TrimAsync(CancellationToken cancel)
    {
        var before = clock.GetUtcNow() - Kept;
        while (await OldestAsync(cancel) is { } oldest && oldest < before)
        {
            var until = oldest + Upkeep < before ? oldest + Upkeep : before;
            await hub.WriteStatementsAsync(db => db.ServingMeasures.Where(m => m.Minute < until).ExecuteDeleteAsync(cancel), cancel);
        }
    }

    private async Task<DateTimeOffset?> OldestAsync(CancellationToken cancel)
    {
        await using var db = hub.Open();
        return await db.ServingMeasures.OrderBy(m => m.Minute).Select(m => (DateTimeOffset?)m.Minute).FirstOrDefaultAsync(cancel);
    }

    private ServingMeasure Row(CountedMinute of, CallCounts counts) => new()
    {
        VersionId = of.VersionId,
        Minute = of.Minute,
        Node = counted.Node,
        Requests = counts.Requests,
        Refused = counts.Refused,
        Failed = counts.Failed,
        Latencies = counts.Latencies.ToBytes(),
    };

    private async Task TryAsync(Func<Task> act, string what)
    {
        try
        {
            await act();
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            logger.LogRetry(hub, e, what);
        }
    }
}
