using Microsoft.EntityFrameworkCore;

namespace MlHub.Serving.Batch;

/// <summary>Lets go of outputs that are old enough, of files that people brought for jobs and nothing needs any more, and of the oldest jobs of models that have very many. The bytes are swept like any that nothing refers to.</summary>
internal sealed class BatchUpkeep(HubDbFactory hub, BatchSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan Pace = TimeSpan.FromHours(1);

    /// <summary>Of the prefix and the id behind it, which no JSON writes in another way.</summary>
    private static readonly int FolderLength = BatchSource.UploadsPrefix.Length + 32;

    private DateTimeOffset _next = DateTimeOffset.MinValue;

    public async Task RunAsync(CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (now < _next)
        {
            return;
        }

        _next = now + Pace;
        if (settings.OutputDays > 0)
        {
            var before = now.AddDays(-settings.OutputDays);
            await hub.WriteStatementsAsync(
                db => db.BatchParts.Where(p => db.BatchJobs.Any(j => j.Id == p.JobId && j.FinishedAt != null && j.FinishedAt < before)).ExecuteDeleteAsync(cancel), cancel);
        }

        await ReleaseUploadsAsync(now, cancel);
        await using var reading = hub.Open();
        var many = await reading.BatchJobs.GroupBy(j => j.ModelId).Where(g => g.Count() > Limits.BatchJobsKept).Select(g => g.Key).ToListAsync(cancel);
        foreach (var model in many)
        {
            var old = await reading.BatchJobs.Where(j => j.ModelId == model && j.FinishedAt != null).OrderByDescending(j => j.CreatedAt).ThenBy(j => j.Id)
                .Skip(Limits.BatchJobsKept).Take(Limits.BatchJobsKept).Select(j => j.Id).ToListAsync(cancel);
            await hub.WriteStatementsAsync(db => db.BatchJobs.Where(j => old.Contains(j.Id)).ExecuteDeleteAsync(cancel), cancel);
        }
    }

    /// <summary>An upload stays while a schedule reads it, or a job that has not ended or whose output is kept.</summary>
    private Task<int> ReleaseUploadsAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var (fresh, kept) = (now.AddDays(-1), settings.OutputDays > 0 ? now.AddDays(-settings.OutputDays) : DateTimeOffset.MinValue);
        return hub.WriteStatementsAsync(
            db => db.AccountFiles.Where(f =>
                    f.Path.StartsWith(BatchSource.UploadsPrefix) && f.SavedAt < fresh
                    && !db.BatchSchedules.Any(s => s.CreatedBy == f.UserId && s.SourceJson.Contains(f.Path.Substring(0, FolderLength)))
                    && !db.BatchJobs.Any(j => j.CreatedBy == f.UserId && (j.FinishedAt == null || j.FinishedAt >= kept) && j.SourceJson.Contains(f.Path.Substring(0, FolderLength))))
                .ExecuteDeleteAsync(cancel),
            cancel);
    }
}
