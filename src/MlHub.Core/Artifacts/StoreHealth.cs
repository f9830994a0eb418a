using Microsoft.EntityFrameworkCore;
using MlHub.Access;

namespace MlHub.Artifacts;

/// <summary>A damaged blob and, for some of the files that need it, where they are.</summary>
public sealed record DamagedFile(DamagedBlob Blob, IReadOnlyList<string> Files);

/// <summary>How much of its quota an experiment uses.</summary>
public sealed record ExperimentSize(long ExperimentId, string Name, long Bytes);

/// <summary>What administrators should know of the stored bytes.</summary>
/// <param name="Quota">Of each experiment, in bytes; zero for none.</param>
/// <param name="Largest">The experiments that hold most. Like all sums of bytes, at most <see cref="StoreHealth.SumsLast"/> old.</param>
public sealed record StoreState(
    long Files, long Bytes, ScrubProgress? Scrub, IReadOnlyList<DamagedFile> Damaged, int OpenUploads, long Quota, IReadOnlyList<ExperimentSize> Largest);

/// <summary>Tells administrators how the artifact store is.</summary>
public sealed class StoreHealth(HubDbFactory hub, ArtifactSettings settings, TimeProvider clock)
{
    /// <summary>How long sums over all files are good: each costs a look at every one of them.</summary>
    public static readonly TimeSpan SumsLast = TimeSpan.FromMinutes(1);

    private const int FilesNamed = 5, ExperimentsNamed = 10;

    private Sums? _sums;

    public async Task<StoreState> GetAsync(Caller caller, CancellationToken cancel)
    {
        caller.RequireAdmin();
        await using var db = hub.Open();
        var sums = _sums is { } known && clock.GetUtcNow() - known.At < SumsLast ? known : _sums = await SumAsync(db, cancel);
        var begun = clock.GetUtcNow() - MultipartUploads.Life;
        var damaged = await db.DamagedBlobs.AsNoTracking().OrderByDescending(b => b.FoundAt).ThenBy(b => b.Digest).Take(Limits.DamagedShown).ToListAsync(cancel);
        List<DamagedFile> named = [];
        foreach (var blob in damaged)
        {
            named.Add(new(blob, await FilesAsync(db, blob.Digest, cancel)));
        }

        return new(
            sums.Files, sums.Bytes, await db.ScrubProgress.AsNoTracking().SingleOrDefaultAsync(cancel), named,
            await db.MultipartUploads.CountAsync(u => u.EndedAt == null && u.CreatedAt > begun, cancel),
            settings.QuotaPerExperiment, sums.Largest);
    }

    private async Task<Sums> SumAsync(HubDb db, CancellationToken cancel)
    {
        var files = await db.ArtifactFiles.LongCountAsync(cancel) + await db.LoggedModelFiles.LongCountAsync(cancel);
        var bytes = await db.ArtifactFiles.SumAsync(f => f.Size, cancel) + await db.LoggedModelFiles.SumAsync(f => f.Size, cancel);
        return new(clock.GetUtcNow(), files, bytes, await LargestAsync(db, cancel));
    }

    private static async Task<List<ExperimentSize>> LargestAsync(HubDb db, CancellationToken cancel)
    {
        var largest = await db.ArtifactFiles.Join(db.Runs, f => f.RunKey, r => r.Key, (f, r) => new { r.ExperimentId, f.Size })
            .Concat(db.LoggedModelFiles.Join(db.LoggedModels, f => f.LoggedModelKey, m => m.Key, (f, m) => new { m.ExperimentId, f.Size }))
            .GroupBy(f => f.ExperimentId).Select(g => new { Id = g.Key, Bytes = g.Sum(f => f.Size) })
            .OrderByDescending(s => s.Bytes).ThenBy(s => s.Id).Take(ExperimentsNamed).ToListAsync(cancel);
        var ids = largest.ConvertAll(s => s.Id);
        var names = await db.Experiments.Where(e => ids.Contains(e.Id)).ToDictionaryAsync(e => e.Id, e => e.Name, cancel);
        return largest.ConvertAll(s => new ExperimentSize(s.Id, names[s.Id], s.Bytes));
    }

    private static async Task<List<string>> FilesAsync(HubDb db, string digest, CancellationToken cancel)
    {
        var ofRuns = await db.ArtifactFiles.Where(f => f.Digest == digest)
            .Join(db.Runs, f => f.RunKey, r => r.Key, (f, r) => new { r.RunId, f.Path }).Take(FilesNamed).ToListAsync(cancel);
        var ofModels = await db.LoggedModelFiles.Where(f => f.Digest == digest)
            .Join(db.LoggedModels, f => f.LoggedModelKey, m => m.Key, (f, m) => new { m.ModelId, f.Path }).Take(FilesNamed).ToListAsync(cancel);
        var ofVersions = await db.ModelVersionFiles.Where(f => f.Digest == digest)
            .Join(db.ModelVersions, f => f.VersionId, v => v.Id, (f, v) => new { v.ModelId, v.Number, f.Path })
            .Join(db.RegisteredModels, f => f.ModelId, m => m.Id, (f, m) => new { m.Name, f.Number, f.Path }).Take(FilesNamed).ToListAsync(cancel);
        return [.. ofRuns.Select(f => $"run {f.RunId}: {f.Path}"), .. ofModels.Select(f => $"logged model {f.ModelId}: {f.Path}"), .. ofVersions.Select(f => $"model '{f.Name}' version {f.Number}: {f.Path}")];
    }

    private sealed record Sums(DateTimeOffset At, long Files, long Bytes, List<ExperimentSize> Largest);
}
