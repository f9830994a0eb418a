using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Operations;

namespace MlHub.Tracking.Metrics;

/// <summary>Outlines long series while they grow, so that whoever looks at one later does not wait until all of its points are read.</summary>
public sealed class CurveOutlineWorker(HubDbFactory hub, LoggedPoints logged, CurveOutlines outlines, TimeProvider clock, ILogger<CurveOutlineWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    /// <summary>Follows the long series of all runs that have logged many points since the last time.</summary>
    public async Task FollowAsync(CancellationToken cancel)
    {
        foreach (var runId in logged.TakeMany())
        {
            List<MetricSeries> series;
            await using (var db = hub.Open())
            {
                series = await db.MetricSeries.AsNoTracking().Where(s => db.Runs.Any(r => r.RunId == runId && r.Key == s.RunKey) && s.Points >= LoggedPoints.Many).ToListAsync(cancel);
            }

            foreach (var one in series)
            {
                await outlines.FollowAsync(runId, one, cancel);
            }
        }
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            await Task.Delay(Pace, clock, stoppingToken);
            try
            {
                await FollowAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogRetry(hub, e, "Could not outline long series");
            }
        }
    }
}
