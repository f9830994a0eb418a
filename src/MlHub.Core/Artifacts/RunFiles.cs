using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Artifacts;

/// <summary>The files of one run.</summary>
internal sealed class RunFiles(HubDbFactory hub, CheckedBlobs blobs, TimeProvider clock, string runId, long? experimentId) : IArtifactPlace
{
    public async Task<List<ArtifactEntry>> ListAsync(Caller caller, ArtifactPath folder, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await RunAsync(db, caller, Permission.Read, cancel);
        var files = await Below(db, run.Key, folder).AsNoTracking().ToListAsync(cancel);
        return ArtifactEntry.Level(files.Select(f => new ArtifactEntry(f.Path, false, f.Size, f.Digest, f.SavedAt)), folder);
    }

    public async Task<OpenedArtifact> OpenAsync(Caller caller, ArtifactPath file, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await RunAsync(db, caller, Permission.Read, cancel);
        var known = await db.ArtifactFiles.AsNoTracking().FirstOrDefaultAsync(f => f.RunKey == run.Key && f.Path == file.Value, cancel) ?? throw Absent(file);
        return new(file, await blobs.OpenAsync(known.Digest, $"'{file}' of run {runId}", cancel), known.Digest, known.SavedAt);
    }

    public async Task<long?> RequireWritableAsync(Caller caller, ArtifactPath file, CancellationToken cancel)
    {
        await using var db = hub.Open();
        return (await WritableAsync(db, caller, file, cancel)).ExperimentId;
    }

    public Task PlaceAsync(Caller caller, ArtifactPath file, StoredBlob blob, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var run = await WritableAsync(db, caller, file, cancel);
                var now = clock.GetUtcNow();
                if (await db.ArtifactFiles.FindAsync([run.Key, file.Value], cancel) is { } known)
                {
                    (known.Digest, known.Size, known.SavedAt) = (blob.Digest, blob.Size, now);
                }
                else
                {
                    db.Add(new ArtifactFile { RunKey = run.Key, Path = file.Value, Digest = blob.Digest, Size = blob.Size, SavedAt = now });
                }

                db.Record(
                    caller, now, EventKinds.ArtifactSaved, runId, run.ExperimentId,
                    after: new { Path = file.Value, blob.Digest, blob.Size });
            },
            cancel);

    /// <summary>Needs MANAGE: what is gone cannot be had back.</summary>
    public Task DeleteAsync(Caller caller, ArtifactPath path, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var run = await RunAsync(db, caller, Permission.Manage, cancel);
                run.RequireActive();
                var gone = await db.ArtifactFiles.Where(f => f.RunKey == run.Key && f.Path == path.Value)
                    .Union(Below(db, run.Key, path)).ToListAsync(cancel);
                if (gone.Count == 0)
                {
                    throw Absent(path);
                }

                await Pointers.RequireNotFrozenAsync(db, caller, run, path, cancel);
                db.RemoveRange(gone);
                db.Record(
                    caller, clock.GetUtcNow(), EventKinds.ArtifactDeleted, runId, run.ExperimentId,
                    before: gone.Select(f => new { f.Path, f.Digest }));
            },
            cancel);

    private async Task<Run> WritableAsync(HubDb db, Caller caller, ArtifactPath file, CancellationToken cancel)
    {
        var run = await RunAsync(db, caller, Permission.Edit, cancel);
        run.RequireActive();
        await Pointers.RequireNotFrozenAsync(db, caller, run, file, cancel);
        var folders = file.Folders.ToList();
        if (await db.ArtifactFiles.AnyAsync(f => f.RunKey == run.Key && folders.Contains(f.Path), cancel))
        {
            throw HubException.Invalid($"Invalid path: a part of '{file}' is already a file.");
        }

        return await Below(db, run.Key, file).AnyAsync(cancel) ? throw HubException.Invalid($"Invalid path: '{file}' is already a folder.") : run;
    }

    /// <summary>A run that is asked for under another experiment's id does not exist.</summary>
    private async Task<Run> RunAsync(HubDb db, Caller caller, Permission needed, CancellationToken cancel)
    {
        if (experimentId is { } named && !await db.Runs.AnyAsync(r => r.RunId == runId && r.ExperimentId == named, cancel))
        {
            throw HubException.NotFound(RunQueries.Absent(runId));
        }

        return await db.RunAsync(caller, runId, needed, cancel);
    }

    private HubException Absent(ArtifactPath path) => HubException.NotFound($"No such artifact: '{path}' of run {runId}");

    private static IQueryable<ArtifactFile> Below(HubDb db, long runKey, ArtifactPath folder) =>
        folder.IsRoot
            ? db.ArtifactFiles.Where(f => f.RunKey == runKey)
            : db.ArtifactFiles.Where(f => f.RunKey == runKey && f.Path.StartsWith(folder.Prefix));
}
