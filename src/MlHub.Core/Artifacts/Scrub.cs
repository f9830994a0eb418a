using Microsoft.EntityFrameworkCore;

namespace MlHub.Artifacts;

/// <summary>Reads all that rows point at again, digest by digest, and remembers how far it came.</summary>
public sealed class Scrub(HubDbFactory hub, CheckedBlobs blobs, TimeProvider clock)
{
    private const int Batch = 100;

    /// <summary>From the end of a round to the beginning of the next.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromDays(7);

    /// <summary>Examines some more blobs. False where there is nothing to do for now.</summary>
    /// <param name="pace">Called with the number of bytes after each piece that was read; may wait.</param>
    public async Task<bool> AdvanceAsync(Func<int, Task> pace, CancellationToken cancel)
    {
        string after;
        List<string> next;
        await using (var db = hub.Open())
        {
            var known = await db.ScrubProgress.AsNoTracking().SingleOrDefaultAsync(cancel);
            after = known?.After ?? "";
            if (after.Length == 0 && known?.FinishedAt is { } finished && clock.GetUtcNow() - finished < Rest)
            {
                return false;
            }

            next = await db.ReferencedDigests().Where(d => string.Compare(d, after) > 0).Distinct().OrderBy(d => d).Take(Batch).ToListAsync(cancel);
        }

        long bytes = 0;
        foreach (var digest in next)
        {
            await ExamineAsync(digest, Count, cancel);
        }

        await hub.WriteAsync(db => RememberAsync(db, after, next, bytes, cancel), cancel);
        return true;

        Task Count(int read)
        {
            bytes += read;
            return pace(read);
        }
    }

    private async Task ExamineAsync(string digest, Func<int, Task> pace, CancellationToken cancel)
    {
        if (await blobs.ExamineAsync(digest, pace, cancel) is null)
        {
            await using var db = hub.Open();
            if (await db.DamagedBlobs.AnyAsync(b => b.Digest == digest, cancel))
            {
                await blobs.ForgetAsync(digest, cancel);
            }
        }
    }

    private async Task RememberAsync(HubDb db, string after, List<string> done, long bytes, CancellationToken cancel)
    {
        var now = clock.GetUtcNow();
        if (await db.ScrubProgress.SingleOrDefaultAsync(cancel) is not { } progress)
        {
            progress = new() { Id = ScrubProgress.OnlyId, After = "", StartedAt = now, Blobs = 0, Bytes = 0 };
            db.Add(progress);
        }

        if (after.Length == 0)
        {
            (progress.StartedAt, progress.Blobs, progress.Bytes) = (now, 0, 0);
        }

        (progress.Blobs, progress.Bytes) = (progress.Blobs + done.Count, progress.Bytes + bytes);
        var isOver = done.Count < Batch;
        progress.After = isOver ? "" : done[^1];
        progress.FinishedAt = isOver ? now : progress.FinishedAt;
    }
}
