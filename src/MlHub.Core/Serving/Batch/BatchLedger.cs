using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;

namespace MlHub.Serving.Batch;

/// <summary>Somebody else has the job now, or it was stopped or deleted: whoever works on it leaves it as it is.</summary>
internal sealed class LostJobException : Exception;

/// <summary>
/// The jobs in the database: taking one for the length of a lease, and writing down how far it is. Everything that whoever works on a job writes asks for their
/// lease in the same statement, so a part is kept by one alone, together with where the source goes on after it.
/// </summary>
internal sealed class BatchLedger(HubDbFactory hub, TimeProvider clock)
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(30);

    /// <summary>Gives back what nobody can be working on after a restart of the only node.</summary>
    public Task FreeAsync(CancellationToken cancel) => !hub.IsAlone ? Task.CompletedTask : hub.WriteStatementsAsync(
        db => db.BatchJobs.Where(j => j.State == BatchState.Running).ExecuteUpdateAsync(j => j.SetProperty(x => x.LeasedUntil, (DateTimeOffset?)null), cancel), cancel);

    /// <summary>Takes the job that has waited longest; null where none waits.</summary>
    public async Task<BatchJob?> TakeAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        Guid id;
        await using (var db = hub.Open())
        {
            if (await Open(db, now).OrderBy(j => j.CreatedAt).ThenBy(j => j.Id).Select(j => (Guid?)j.Id).FirstOrDefaultAsync(cancel) is not { } found)
            {
                return null;
            }

            id = found;
        }

        var lease = Guid.CreateVersion7();
        return await hub.WriteStatementsAsync(
            async db => await Open(db, now).Where(j => j.Id == id).ExecuteUpdateAsync(
                j => j.SetProperty(x => x.State, BatchState.Running).SetProperty(x => x.Lease, lease).SetProperty(x => x.LeasedUntil, now + Lease)
                    .SetProperty(x => x.StartedAt, x => x.StartedAt ?? now),
                cancel) == 1
                ? await db.BatchJobs.AsNoTracking().FirstAsync(j => j.Id == id, cancel)
                : null,
            cancel);
    }

    /// <summary>Where the job goes on; the number of the next part with it.</summary>
    public async Task<(BatchPosition Position, int Part)> PositionAsync(Guid job, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var last = await db.BatchParts.AsNoTracking().Where(p => p.JobId == job).OrderByDescending(p => p.Number).FirstOrDefaultAsync(cancel);
        return last is null ? (BatchPosition.Beginning, 0) : (BatchPosition.Of(last.PositionJson), last.Number + 1);
    }

    /// <exception cref="LostJobException">It is somebody else's now.</exception>
    public Task HoldAsync(BatchJob job, CancellationToken cancel) => hub.WriteStatementsAsync(
        async db => Kept(await Mine(db, job).ExecuteUpdateAsync(j => j.SetProperty(x => x.LeasedUntil, clock.GetUtcNow() + Lease), cancel)), cancel);

    /// <summary>Writes down what the job is about to read and which version answers. What was there of an earlier beginning goes.</summary>
    public Task SettleAsync(BatchJob job, int version, string? digest, BatchSource source, CancellationToken cancel)
    {
        var (json, bytes) = (source.ToJson(), source.Files!.All(f => f.Bytes is not null) ? source.Files!.Sum(f => f.Bytes) : null);
        return hub.WriteStatementsAsync(
            async db =>
            {
                Kept(await Mine(db, job).ExecuteUpdateAsync(
                    j => j.SetProperty(x => x.Version, version).SetProperty(x => x.Digest, digest).SetProperty(x => x.SourceJson, json).SetProperty(x => x.BytesInAll, bytes)
                        .SetProperty(x => x.Rows, 0).SetProperty(x => x.RefusedRows, 0).SetProperty(x => x.BytesRead, 0),
                    cancel));
                return await db.BatchParts.Where(p => p.JobId == job.Id).ExecuteDeleteAsync(cancel);
            },
            cancel);
    }

    /// <param name="job">Whose it is.</param>
    /// <param name="part">Its bytes are saved.</param>
    /// <param name="rows">Rows that were answered, of this part.</param>
    /// <param name="refused">Rows that were refused.</param>
    /// <param name="read">Bytes of the source that are done with, of all parts.</param>
    public Task AddAsync(BatchJob job, BatchPart part, int rows, int refused, long read, CancellationToken cancel) => hub.WriteStatementsAsync(
        async db =>
        {
            Kept(await Mine(db, job).ExecuteUpdateAsync(
                j => j.SetProperty(x => x.Rows, x => x.Rows + rows).SetProperty(x => x.RefusedRows, x => x.RefusedRows + refused).SetProperty(x => x.BytesRead, read)
                    .SetProperty(x => x.LeasedUntil, clock.GetUtcNow() + Lease),
                cancel));
            db.Add(part);
            return true;
        },
        cancel);

    /// <summary>Puts the job back, to be taken not before the pause is over.</summary>
    public Task ReleaseAsync(BatchJob job, TimeSpan pause, CancellationToken cancel) => hub.WriteStatementsAsync(
        db => Mine(db, job).ExecuteUpdateAsync(j => j.SetProperty(x => x.Lease, (Guid?)null).SetProperty(x => x.LeasedUntil, clock.GetUtcNow() + pause), cancel), cancel);

    /// <summary>Ends the job and tells of it.</summary>
    public Task EndAsync(BatchJob job, string? failure, CancellationToken cancel) => hub.WriteAsync(
        async db =>
        {
            if (await Mine(db, job).FirstOrDefaultAsync(cancel) is not { } mine)
            {
                return;
            }

            var now = clock.GetUtcNow();
            (mine.State, mine.FinishedAt, mine.Lease, mine.LeasedUntil) = (failure is null ? BatchState.Done : BatchState.Failed, now, null, null);
            mine.Reason = failure is { Length: > Limits.ServingReason } ? failure[..Limits.ServingReason] : failure;
            var model = await db.RegisteredModels.FirstAsync(m => m.Id == mine.ModelId, cancel);
            db.Record(
                Caller.System, now, failure is null ? EventKinds.BatchFinished : EventKinds.BatchFailed, model, mine.Version,
                after: new { job = mine.Id, state = mine.State.ToString(), rows = mine.Rows, refused = mine.RefusedRows, reason = mine.Reason, owner = mine.CreatedBy });
        },
        cancel);

    private static IQueryable<BatchJob> Open(HubDb db, DateTimeOffset now) => db.BatchJobs.Where(j =>
        j.State == BatchState.Waiting || (j.State == BatchState.Running && (j.LeasedUntil == null || j.LeasedUntil <= now)));

    private static IQueryable<BatchJob> Mine(HubDb db, BatchJob job) => db.BatchJobs.Where(j => j.Id == job.Id && j.State == BatchState.Running && j.Lease == job.Lease);

    private static bool Kept(int rows) => rows == 1 ? true : throw new LostJobException();
}
