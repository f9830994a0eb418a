using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Events;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Serving.Batch;

/// <summary>
/// Batch jobs: made, looked at, ended. Whoever may read a model may have it asked. A job is seen by who made it and by the model's managers; its output, which may hold
/// what a run keeps, by who made it, and by managers who may read that run.
/// </summary>
public sealed class BatchJobs
{
    private readonly HubDbFactory _hub;
    private readonly TimeProvider _clock;
    private readonly BatchRights _rights;
    private readonly BatchSources _sources;
    private readonly BatchHeads _heads;
    private readonly CheckedBlobs _blobs;
    private readonly ServingSettings _settings;
    private readonly Action _wake;

    internal BatchJobs(HubDbFactory hub, TimeProvider clock, BatchRights rights, BatchSources sources, BatchHeads heads, CheckedBlobs blobs, ServingSettings settings, BatchWorker worker) =>
        (_hub, _clock, _rights, _sources, _heads, _blobs, _settings, _wake) = (hub, clock, rights, sources, heads, blobs, settings, worker.Wake);

    /// <summary>Makes a job, which begins as soon as a hub has room for it.</summary>
    /// <exception cref="HubException">NotFound, Invalid also where the first rows lack what the version needs, or TooManyRequests where too many wait already.</exception>
    public async Task<BatchReport> CreateAsync(Caller caller, string name, string selector, BatchSource source, CancellationToken cancel)
    {
        await CheckAsync(caller, name, selector, source, cancel);
        if (source.Url is null && (await _heads.ReadAsync(caller, name, selector, source, cancel)).Refusal is { } refusal)
        {
            throw HubException.Invalid(refusal);
        }

        var id = Guid.CreateVersion7();
        await _hub.WriteAsync(
            async db =>
            {
                var model = await db.ModelAsync(caller, name, RegistryPermission.Read, cancel);
                if (await db.BatchJobs.CountAsync(j => j.ModelId == model.Id && (j.State == BatchState.Waiting || j.State == BatchState.Running), cancel) >= Limits.BatchJobsOpen)
                {
                    throw new HubException(HubError.TooManyRequests, $"{Limits.BatchJobsOpen} jobs of this model wait already. Try again when one of them is done.");
                }

                db.Add(New(id, model.Id, selector, source, caller.Id, _clock.GetUtcNow(), null));
                db.Record(caller, _clock.GetUtcNow(), EventKinds.BatchCreated, model, after: new { job = id, endpoint = selector, source = source.Shown });
            },
            cancel);
        _wake();
        return await GetAsync(caller, id, cancel);
    }

    public async Task<BatchReport> GetAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        return await FoundAsync(db, caller, id, cancel);
    }

    /// <summary>What pages listen to.</summary>
    public async Task<string> TopicAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        return Topics.Batch((await db.ModelAsync(caller, name, RegistryPermission.Read, cancel)).Id);
    }

    /// <summary>The newest of a model's jobs that the caller sees.</summary>
    public async Task<List<BatchReport>> ListAsync(Caller caller, string name, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        var (model, has) = await db.FoundModelAsync(caller, name, RegistryPermission.Read, cancel);
        var jobs = await db.BatchJobs.AsNoTracking().Where(j => j.ModelId == model.Id && (has >= RegistryPermission.Manage || j.CreatedBy == caller.Id))
            .OrderByDescending(j => j.CreatedAt).ThenByDescending(j => j.Id).Take(Limits.BatchJobsShown).ToListAsync(cancel);
        return await ReportsAsync(db, caller, jobs, model.Name, has, cancel);
    }

    /// <summary>Ends a job that waits or runs; what it has written stays.</summary>
    public async Task<BatchReport> StopAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        await _hub.WriteAsync(
            async db =>
            {
                var report = await ChangeableAsync(db, caller, id, cancel);
                if (!report.IsOpen)
                {
                    throw HubException.Invalid("The job has ended already.");
                }

                var job = await db.BatchJobs.FirstAsync(j => j.Id == id, cancel);
                (job.State, job.Reason, job.FinishedAt, job.Lease, job.LeasedUntil) = (BatchState.Stopped, $"Stopped by {caller.Name}.", _clock.GetUtcNow(), null, null);
                var model = await db.RegisteredModels.FirstAsync(m => m.Id == job.ModelId, cancel);
                db.Record(
                    caller, _clock.GetUtcNow(), EventKinds.BatchStopped, model, job.Version,
                    after: new { job = id, state = job.State.ToString(), rows = job.Rows, refused = job.RefusedRows, reason = job.Reason, owner = job.CreatedBy });
            },
            cancel);
        return await GetAsync(caller, id, cancel);
    }

    /// <summary>Removes a job and lets go of its output.</summary>
    public Task DeleteAsync(Caller caller, Guid id, CancellationToken cancel) => _hub.WriteAsync(
        async db =>
        {
            var report = await ChangeableAsync(db, caller, id, cancel);
            await db.BatchParts.Where(p => p.JobId == id).ExecuteDeleteAsync(cancel);
            await db.BatchJobs.Where(j => j.Id == id).ExecuteDeleteAsync(cancel);
            var model = await db.RegisteredModels.FirstAsync(m => m.Id == report.Job.ModelId, cancel);
            db.Record(caller, _clock.GetUtcNow(), EventKinds.BatchDeleted, model, report.Job.Version, before: new { job = id, state = report.Job.State.ToString() });
        },
        cancel);

    /// <summary>The output of a job that has ended, also where it failed on the way. The stream can seek.</summary>
    /// <exception cref="HubException">NotFound where nothing is kept; Denied; Invalid while it is being written.</exception>
    public async Task<(BatchReport Report, Stream Content, string Tag)> OpenOutputAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        await using var db = _hub.Open();
        var report = await FoundAsync(db, caller, id, cancel);
        if (!report.CanRead)
        {
            throw HubException.Denied("Permission denied: the output is for who made the job, and for managers of the model who may read the run that it came from.");
        }

        if (report.IsOpen)
        {
            throw HubException.Invalid("The job has not ended yet.");
        }

        var parts = await db.BatchParts.AsNoTracking().Where(p => p.JobId == id).OrderBy(p => p.Number).Select(p => new StoredBlob(p.Digest, p.Bytes)).ToListAsync(cancel);
        return parts.Count == 0 && report.Job.Rows + report.Job.RefusedRows > 0
            ? throw HubException.NotFound("The output of this job is not kept any more.")
            : (report, new PartsStream(parts, _blobs), PartsStream.TagOf(parts));
    }

    /// <summary>How a source begins, before a job is made of it. An address is asked for it.</summary>
    /// <exception cref="HubException">As a job of it would be refused; what its columns lack is in the answer.</exception>
    public async Task<BatchHead> HeadAsync(Caller caller, string name, string selector, BatchSource source, CancellationToken cancel)
    {
        await CheckAsync(caller, name, selector, source, cancel);
        return await _heads.ReadAsync(caller, name, selector, source, cancel);
    }

    /// <summary>How the output of a job that has ended begins; null where nothing of it is kept, or the caller may not have it.</summary>
    public async Task<OutputHead?> OutputHeadAsync(Caller caller, Guid id, CancellationToken cancel)
    {
        var report = await GetAsync(caller, id, cancel);
        if (report.IsOpen || !report.CanRead || report.Parts == 0)
        {
            return null;
        }

        var (_, content, _) = await OpenOutputAsync(caller, id, cancel);
        await using (content)
        {
            return await OutputHead.ReadAsync(content, report.Source.Output, cancel);
        }
    }

    /// <summary>What a job needs that is made now: the right to read the model and the source, and a version that could answer.</summary>
    internal async Task CheckAsync(Caller caller, string name, string selector, BatchSource source, CancellationToken cancel)
    {
        if (source.Url is null == source.Path is null || (source.Url is not null && source.RunId is not null))
        {
            throw HubException.Invalid("Invalid value for parameter 'source' supplied: give either a path, with the run_id that it belongs to, or a url.");
        }

        if (selector.Length > Limits.ServingSelector)
        {
            throw HubException.Invalid($"Invalid value for parameter 'endpoint' supplied: it has more than {Limits.ServingSelector} characters.");
        }

        await using var db = _hub.Open();
        var model = await db.ModelAsync(caller, name, RegistryPermission.Read, cancel);
        if (_settings.Missing is { } lacking)
        {
            throw new HubException(HubError.Unavailable, lacking);
        }

        if (!await db.RegisteredModelTags.AnyAsync(t => t.ModelId == model.Id && t.Key == ServedModels.Tag, cancel))
        {
            throw HubException.NotFound($"Serving is not enabled for model '{LogRules.Shown(name)}'.");
        }

        await _rights.VersionAsync(caller, name, selector, null, cancel);
        await _sources.SettleAsync(caller, source, cancel);
    }

    internal static BatchJob New(Guid id, long modelId, string selector, BatchSource source, Guid creator, DateTimeOffset now, Guid? schedule) => new()
    {
        Id = id,
        ModelId = modelId,
        Selector = selector,
        SourceJson = (source with { Files = null }).ToJson(),
        State = BatchState.Waiting,
        CreatedBy = creator,
        CreatedAt = now,
        ScheduleId = schedule,
    };

    private static async Task<BatchReport> ChangeableAsync(HubDb db, Caller caller, Guid id, CancellationToken cancel)
    {
        var report = await FoundAsync(db, caller, id, cancel);
        return report.CanChange ? report : throw HubException.Denied("Permission denied: a job is stopped and deleted by who made it, and by the model's managers.");
    }

    private static async Task<BatchReport> FoundAsync(HubDb db, Caller caller, Guid id, CancellationToken cancel)
    {
        var job = await db.BatchJobs.AsNoTracking().FirstOrDefaultAsync(j => j.Id == id, cancel);
        var has = job is null ? RegistryPermission.None : await db.PermissionOnModelAsync(caller, job.ModelId, cancel);
        if (job is null || has < RegistryPermission.Read || (has < RegistryPermission.Manage && job.CreatedBy != caller.Id))
        {
            throw HubException.NotFound($"There is no batch job {id}.");
        }

        var name = await db.RegisteredModels.Where(m => m.Id == job.ModelId).Select(m => m.Name).FirstAsync(cancel);
        return (await ReportsAsync(db, caller, [job], name, has, cancel))[0];
    }

    private static async Task<List<BatchReport>> ReportsAsync(HubDb db, Caller caller, List<BatchJob> jobs, string name, RegistryPermission has, CancellationToken cancel)
    {
        var (ids, makers) = (jobs.ConvertAll(j => j.Id), jobs.Select(j => j.CreatedBy).Distinct().ToList());
        var kept = await db.BatchParts.Where(p => ids.Contains(p.JobId)).GroupBy(p => p.JobId).Select(g => new { g.Key, Parts = g.Count(), Bytes = g.Sum(p => p.Bytes) }).ToDictionaryAsync(g => g.Key, cancel);
        var names = await db.Users.Where(u => makers.Contains(u.Id)).Select(u => new { u.Id, u.UserName }).ToDictionaryAsync(u => u.Id, u => u.UserName, cancel);
        List<BatchReport> reports = [];
        foreach (var job in jobs)
        {
            var isOwn = job.CreatedBy == caller.Id || caller.IsAdmin;
            var source = BatchSource.Of(job.SourceJson);
            var canRead = isOwn || (source.RunId is { } run && await MayReadAsync(db, caller, run, cancel));
            var shown = isOwn || source.Url is null ? source : source with { Url = BatchSource.ShownAddress(source.Url), Files = null };
            var (parts, bytes) = kept.GetValueOrDefault(job.Id) is { } known ? (known.Parts, known.Bytes) : (0, 0);
            reports.Add(new(job, name, shown, names.GetValueOrDefault(job.CreatedBy), parts, bytes, isOwn || has >= RegistryPermission.Manage, canRead));
        }

        return reports;
    }

    private static async Task<bool> MayReadAsync(HubDb db, Caller caller, string run, CancellationToken cancel)
    {
        try
        {
            await ArtifactOwner.FindAsync(db, caller, run, Permission.Read, cancel);
            return true;
        }
        catch (HubException)
        {
            return false;
        }
    }
}
