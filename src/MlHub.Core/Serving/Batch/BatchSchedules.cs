using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Serving.Batch;

/// <summary>A schedule as people see it.</summary>
/// <param name="Schedule">Itself.</param>
/// <param name="Model">The registered model's name.</param>
/// <param name="Source">What its jobs read, without what is secret in an address.</param>
/// <param name="Creator">By name; null where the account is gone or nobody signs in.</param>
/// <param name="Next">When it fires next; none while it is paused.</param>
public sealed record BatchScheduleReport(BatchSchedule Schedule, string Model, BatchSource Source, string? Creator, IReadOnlyList<DateTimeOffset> Next);

/// <summary>
/// Schedules that make batch jobs. Each of them runs as who made the schedule, so one whose maker lost a right fails as a job and tells them. Made by who may edit the model,
/// changed by them and by its managers.
/// </summary>
public sealed class BatchSchedules
{
    private const int Told = 3;

    private readonly HubDbFactory _hub;
    private readonly TimeProvider _clock;
    private readonly BatchJobs _jobs;
    private readonly BatchClock _times;
    private readonly Action _wake;

    internal BatchSchedules(HubDbFactory hub, TimeProvider clock, BatchJobs jobs, BatchClock times, BatchWorker worker) =>
        (_hub, _clock, _jobs, _times, _wake) = (hub, clock, jobs, times, worker.Wake);

    /// <exception cref="HubException">Invalid for a cron expression that cannot be read, is over, or fires more than once a minute.</exception>
    public async Task<BatchScheduleReport> CreateAsync(Caller caller, string name, string title, string selector, BatchSource source, string cron, CancellationToken cancel)
    {
        await _jobs.CheckAsync(caller, name, selector, source, cancel);
        if (title.Length > Limits.ServingName)
        {
            throw HubException.Invalid($"Invalid value for parameter 'schedule_name' supplied: it has more than {Limits.ServingName} characters.");
        }

        var times = BatchCron.Parse(cron, _clock.GetUtcNow());
        var made = await _hub.WriteAsync(
            async db =>
            {
                var model = await db.ModelAsync(caller, name, RegistryPermission.Edit, cancel);
                if (await db.BatchSchedules.CountAsync(s => s.ModelId == model.Id, cancel) >= Limits.BatchSchedulesPerModel)
                {
                    throw HubException.Invalid($"The model has {Limits.BatchSchedulesPerModel} schedules already.");
                }

                BatchSchedule schedule = new()
                {
                    Id = Guid.CreateVersion7(),
                    ModelId = model.Id,
                    Name = title,
                    Selector = selector,
                    SourceJson = source.ToJson(),
                    Cron = times,
                    IsPaused = false,
                    CreatedBy = caller.Id,
                    CreatedAt = _clock.GetUtcNow(),
                };
                db.Add(schedule);
                Record(db, caller, model, schedule);
                return schedule;
            },
            cancel);
        await _times.SetAsync(made, cancel);
        return await GetAsync(caller, made.Id, cancel);
    }

    public async Task<BatchScheduleReport> GetAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        var (schedule, model) = await FoundAsync(db, caller, id, cancel);
        return await ReportAsync(db, caller, schedule, model.Name, cancel);
    }

    /// <summary>Those that the caller made; all for the model's managers.</summary>
    public async Task<List<BatchScheduleReport>> ListAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        var (model, has) = await db.FoundModelAsync(caller, name, RegistryPermission.Read, cancel);
        List<BatchScheduleReport> reports = [];
        foreach (var schedule in await db.BatchSchedules.AsNoTracking().Where(s => s.ModelId == model.Id && (has >= RegistryPermission.Manage || s.CreatedBy == caller.Id))
            .OrderBy(s => s.CreatedAt).ToListAsync(cancel))
        {
            reports.Add(await ReportAsync(db, caller, schedule, model.Name, cancel));
        }

        return reports;
    }

    /// <summary>Pauses it, or lets it fire again.</summary>
    public async Task<BatchScheduleReport> PauseAsync(Caller caller, Guid id, bool isPaused, CancellationToken cancel)
    {
        var changed = await _hub.WriteAsync(
            async db =>
            {
                var (schedule, model) = await FoundAsync(db, caller, id, cancel);
                if (schedule.IsPaused != isPaused)
                {
                    schedule.IsPaused = isPaused;
                    db.Update(schedule);
                    Record(db, caller, model, schedule);
                }

                return schedule;
            },
            cancel);
        await _times.SetAsync(changed, cancel);
        return await GetAsync(caller, id, cancel);
    }

    public async Task DeleteAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        await _hub.WriteAsync(
            async db =>
            {
                var (schedule, model) = await FoundAsync(db, caller, id, cancel);
                db.Remove(schedule);
                db.Record(caller, _clock.GetUtcNow(), EventKinds.BatchScheduleDeleted, model, before: new { schedule = id, name = schedule.Name, cron = schedule.Cron });
            },
            cancel);
        await _times.RemoveAsync(id, cancel);
    }

    /// <summary>Makes its job now, whenever it is due; the job's id.</summary>
    public async Task<Guid> RunAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var job = Guid.CreateVersion7();
        await _hub.WriteAsync(
            async db =>
            {
                var (schedule, model) = await FoundAsync(db, caller, id, cancel);
                Add(db, caller, job, schedule, model);
            },
            cancel);
        _wake();
        return job;
    }

    /// <summary>Makes the job of one time. However often it is called for that time there is one, and none while the last one has not ended. False where the schedule is gone.</summary>
    internal async Task<bool> FireAsync(Guid id, DateTimeOffset time, CancellationToken cancel)
    {
        Guid job = new(SHA256.HashData(Encoding.ASCII.GetBytes($"{id:N} {time.ToUnixTimeMilliseconds()}")).AsSpan(0, 16));
        var isThere = await _hub.WriteAsync(
            async db =>
            {
                if (await db.BatchSchedules.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancel) is not { } schedule)
                {
                    return false;
                }

                var isTaken = await db.BatchJobs.AnyAsync(j => j.Id == job || (j.ScheduleId == id && (j.State == BatchState.Waiting || j.State == BatchState.Running)), cancel);
                if (!schedule.IsPaused && !isTaken)
                {
                    Add(db, Caller.System, job, schedule, await db.RegisteredModels.FirstAsync(m => m.Id == schedule.ModelId, cancel));
                }

                return true;
            },
            cancel);
        _wake();
        return isThere;
    }

    private void Add(HubDb db, Caller actor, Guid job, BatchSchedule schedule, RegisteredModel model)
    {
        var source = BatchSource.Of(schedule.SourceJson);
        db.Add(BatchJobs.New(job, model.Id, schedule.Selector, source, schedule.CreatedBy, _clock.GetUtcNow(), schedule.Id));
        db.Record(actor, _clock.GetUtcNow(), EventKinds.BatchCreated, model, after: new { job, endpoint = schedule.Selector, source = source.Shown, schedule = schedule.Id });
    }

    private void Record(HubDb db, Caller caller, RegisteredModel model, BatchSchedule schedule) => db.Record(
        caller, _clock.GetUtcNow(), EventKinds.BatchScheduleSet, model,
        after: new { schedule = schedule.Id, name = schedule.Name, cron = schedule.Cron, paused = schedule.IsPaused, endpoint = schedule.Selector, source = BatchSource.Of(schedule.SourceJson).Shown });

    private async Task<BatchScheduleReport> ReportAsync(HubDb db, Caller caller, BatchSchedule schedule, string model, CancellationToken cancel)
    {
        var source = BatchSource.Of(schedule.SourceJson);
        var isOwn = schedule.CreatedBy == caller.Id || caller.IsAdmin;
        var creator = await db.Users.Where(u => u.Id == schedule.CreatedBy).Select(u => u.UserName).FirstOrDefaultAsync(cancel);
        return new(
            schedule, model, isOwn || source.Url is null ? source : source with { Url = BatchSource.ShownAddress(source.Url) }, creator,
            schedule.IsPaused ? [] : BatchCron.Next(schedule.Cron, _clock.GetUtcNow(), Told));
    }

    /// <summary>To look at it is to be able to change it.</summary>
    private static async Task<(BatchSchedule Schedule, RegisteredModel Model)> FoundAsync(HubDb db, Caller caller, Guid id, CancellationToken cancel)
    {
        var schedule = await db.BatchSchedules.AsNoTracking().FirstOrDefaultAsync(s => s.Id == id, cancel);
        var has = schedule is null ? RegistryPermission.None : await db.PermissionOnModelAsync(caller, schedule.ModelId, cancel);
        return schedule is not null && (has >= RegistryPermission.Manage || (has >= RegistryPermission.Read && schedule.CreatedBy == caller.Id))
            ? (schedule, await db.RegisteredModels.FirstAsync(m => m.Id == schedule.ModelId, cancel))
            : throw HubException.NotFound($"There is no schedule {id}.");
    }
}
