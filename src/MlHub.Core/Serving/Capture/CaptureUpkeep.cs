using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using MlHub.Operations;

namespace MlHub.Serving.Capture;

/// <summary>Removes what is older than its model's settings say, and all but the newest of each model, some at a time.</summary>
internal sealed class CaptureUpkeep(HubDbFactory hub, TimeProvider clock)
{
    private const int Step = 500;

    public async Task TrimAsync(CancellationToken cancel)
    {
        List<long> models;
        await using (var db = hub.Open())
        {
            models = await db.ModelServing.Select(s => s.ModelId).ToListAsync(cancel);
        }

        foreach (var model in models)
        {
            await TrimAsync(model, Limits.CapturedPerModel, cancel);
        }
    }

    public async Task TrimAsync(long modelId, int most, CancellationToken cancel)
    {
        while (await hub.WriteStatementsAsync(db => StepAsync(db, modelId, most, cancel), cancel) == Step)
        {
        }
    }

    /// <summary>Removes up to a number of a model's requests, the oldest first.</summary>
    public async Task<long> RemoveAsync(long modelId, long upTo, CancellationToken cancel)
    {
        long removed = 0;
        for (var step = Step; step == Step; removed += step)
        {
            step = await hub.WriteStatementsAsync(
                async db =>
                {
                    var some = await db.CapturedOf(modelId).Where(c => c.Id <= upTo).OrderBy(c => c.Id).Take(Step).Select(c => c.Id).ToListAsync(cancel);
                    return await db.CapturedRequests.Where(c => some.Contains(c.Id)).ExecuteDeleteAsync(cancel);
                },
                cancel);
        }

        return removed;
    }

    private async Task<int> StepAsync(HubDb db, long modelId, int most, CancellationToken cancel)
    {
        var days = await db.ModelServing.Where(s => s.ModelId == modelId).Select(s => (int?)s.CaptureDays).FirstOrDefaultAsync(cancel) ?? CaptureSettings.Off.Days;
        var before = clock.GetUtcNow().AddDays(-days);
        var last = await db.CapturedOf(modelId).OrderByDescending(c => c.Id).Skip(most).Select(c => (long?)c.Id).FirstOrDefaultAsync(cancel) ?? 0;
        var old = await db.CapturedOf(modelId).Where(c => c.Id <= last || c.At < before).OrderBy(c => c.Id).Take(Step).Select(c => c.Id).ToListAsync(cancel);
        return await db.CapturedRequests.Where(c => old.Contains(c.Id)).ExecuteDeleteAsync(cancel);
    }
}

/// <summary>Keeps to the rules at start and every ten minutes. Several nodes do no harm.</summary>
internal sealed class CaptureUpkeepWorker(CaptureUpkeep upkeep, HubDbFactory hub, TimeProvider clock, ILogger<CaptureUpkeepWorker> logger) : BackgroundService
{
    private static readonly TimeSpan Pace = TimeSpan.FromMinutes(10);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!stoppingToken.IsCancellationRequested)
        {
            try
            {
                await upkeep.TrimAsync(stoppingToken);
            }
            catch (Exception e) when (e is not OperationCanceledException)
            {
                logger.LogRetry(hub, e, "Old requests to models could not be removed");
            }

            await Task.Delay(Pace, clock, stoppingToken);
        }
    }
}
