using Microsoft.EntityFrameworkCore;
using Quartz;

namespace MlHub.Serving.Batch;

/// <summary>
/// Quartz' scheduler, which fires on one node of those that share its tables. The rows of schedules say what there is; whoever starts gives Quartz those that it lacks. Where there is no
/// schedule it does not run at all.
/// </summary>
internal sealed class BatchClock(HubDbFactory hub, ISchedulerFactory factory) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private IScheduler? _scheduler;
    private volatile bool _isEnded;

    /// <summary>Starts the scheduler where there are schedules.</summary>
    public async Task StartAsync(CancellationToken cancel)
    {
        if (_scheduler is null)
        {
            await using var db = hub.Open();
            if (await db.BatchSchedules.AnyAsync(cancel))
            {
                await RunningAsync(cancel);
            }
        }
    }

    /// <summary>From now on the schedule fires, unless it is paused.</summary>
    public async Task SetAsync(BatchSchedule schedule, CancellationToken cancel) => await SetAsync(await RunningAsync(cancel), schedule, cancel);

    public async Task RemoveAsync(Guid schedule, CancellationToken cancel) => await (await RunningAsync(cancel)).DeleteJob(KeyOf(schedule), cancel);

    public async Task StopAsync()
    {
        await _one.WaitAsync();
        try
        {
            _isEnded = true;
            if (_scheduler is { } running)
            {
                _scheduler = null;
                await running.Shutdown(waitForJobsToComplete: true, CancellationToken.None);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<IScheduler> RunningAsync(CancellationToken cancel)
    {
        if (_scheduler is { } known)
        {
            return known;
        }

        await _one.WaitAsync(cancel);
        try
        {
            if (_isEnded)
            {
                throw new HubException(HubError.Unavailable, "This hub is about to end.");
            }

            return _scheduler ??= await StartedAsync(cancel);
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<IScheduler> StartedAsync(CancellationToken cancel)
    {
        var scheduler = await factory.GetScheduler(cancel);
        await using var db = hub.Open();
        foreach (var schedule in await db.BatchSchedules.AsNoTracking().ToListAsync(cancel))
        {
            if (!await scheduler.Exists(KeyOf(schedule.Id), cancel))
            {
                await SetAsync(scheduler, schedule, cancel);
            }
        }

        await scheduler.Start(cancel);
        return scheduler;
    }

    private static async Task SetAsync(IScheduler scheduler, BatchSchedule schedule, CancellationToken cancel)
    {
        var key = KeyOf(schedule.Id);
        var job = JobBuilder.Create<ScheduledBatch>().WithIdentity(key).Build();
        // What was missed while no hub ran is made up for once.
        var times = CronScheduleBuilder.Create(schedule.Cron).InTimeZone(TimeZoneInfo.Utc).WithMisfireInstruction(CronTriggerMisfireInstruction.FireAndProceed);
        var trigger = TriggerBuilder.Create().WithIdentity(key.Name).ForJob(key).WithSchedule(times).Build();
        await scheduler.ScheduleJob(job, trigger, new ScheduleJobOptions { Replace = true, Paused = schedule.IsPaused }, cancel);
    }

    private static JobKey KeyOf(Guid schedule) => new($"{schedule:N}");
}

/// <summary>What Quartz runs when a schedule fires.</summary>
internal sealed class ScheduledBatch(BatchSchedules schedules) : IJob
{
    public async ValueTask Execute(IJobExecutionContext context, CancellationToken cancellationToken)
    {
        if (!await schedules.FireAsync(Guid.Parse(context.JobDetail.Key.Name), context.ScheduledFireTimeUtc ?? context.FireTimeUtc, cancellationToken))
        {
            // The schedule went with its model.
            await context.Scheduler.DeleteJob(context.JobDetail.Key, cancellationToken);
        }
    }
}
