using Microsoft.EntityFrameworkCore;

namespace MlHub.Serving.Batch;

/// <summary>Lets go of outputs that are old enough, and of the oldest jobs of models that have very many. The bytes are swept like any that nothing refers to.</summary>
internal sealed class BatchUpkeep(HubDbFactory hub, BatchSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan Pace = TimeSpan.FromHours(1);

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

        await using var reading = hub.Open();
        var many = await reading.BatchJobs.GroupBy(j => j.ModelId).Where(g => g.Count() > Limits.BatchJobsKept).Select(g => g.Key).ToListAsync(cancel);
        foreach (var model in many)
        {
            var old = await reading.BatchJobs.Where(j => j.ModelId == model && j.FinishedAt != null).OrderByDescending(j => j.CreatedAt).ThenBy(j => j.Id)
                .Skip(Limits.BatchJobsKept).Take(Limits.BatchJobsKept).Select(j => j.Id).ToListAsync(cancel);
            await hub.WriteStatementsAsync(db => db.BatchJobs.Where(j => old.Contains(j.Id)).ExecuteDeleteAsync(cancel), cancel);
        }
    }
}
