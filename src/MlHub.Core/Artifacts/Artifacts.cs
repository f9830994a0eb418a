using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Artifacts;

/// <summary>An artifact opened for reading; whoever opens it disposes of the content.</summary>
public sealed record OpenedArtifact(ArtifactPath Path, Stream Content, string Digest, DateTimeOffset SavedAt);

/// <summary>The files of runs: listed, saved whole or not at all, read, deleted.</summary>
public sealed class Artifacts(HubDbFactory hub, IBlobStore blobs, TimeProvider clock)
{
    /// <summary>One level of the tree, folders and files by name; empty for a file or where there is nothing.</summary>
    public async Task<List<ArtifactEntry>> ListAsync(Caller caller, string runId, ArtifactPath folder, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await db.RunAsync(caller, runId, Permission.Read, cancel);
        var files = await Below(db, run.Key, folder).AsNoTracking().ToListAsync(cancel);
        return ArtifactEntry.Level(files.Select(f => new ArtifactEntry(f.Path, false, f.Size, f.Digest, f.SavedAt)), folder);
    }

    /// <summary>The files that tell the environment of the run's code, as clients log them beside models; some of them where there are many.</summary>
    public async Task<string[]> EnvironmentFilesAsync(Caller caller, string runId, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await db.RunAsync(caller, runId, Permission.Read, cancel);
        return await db.ArtifactFiles.Where(f =>
                f.RunKey == run.Key
                && (f.Path.EndsWith("requirements.txt") || f.Path.EndsWith("python_env.yaml") || f.Path.EndsWith("conda.yaml")))
            .OrderBy(f => f.Path).Take(9).Select(f => f.Path).ToArrayAsync(cancel);
    }

    /// <exception cref="HubException">NotFound where there is no such file.</exception>
    public async Task<OpenedArtifact> OpenAsync(Caller caller, string runId, ArtifactPath path, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await db.RunAsync(caller, runId, Permission.Read, cancel);
        var file = await db.ArtifactFiles.AsNoTracking().FirstOrDefaultAsync(f => f.RunKey == run.Key && f.Path == path.Value, cancel)
            ?? throw HubException.NotFound($"No such artifact: '{path}' of run {runId}");
        var content = await blobs.OpenOrNullAsync(file.Digest, cancel)
            ?? throw new IOException($"The bytes of artifact '{path}' of run {runId} (SHA-256 {file.Digest}) are missing from the store.");
        return new(path, content, file.Digest, file.SavedAt);
    }

    /// <summary>Stores the content, then the row that makes it visible: an interrupted upload leaves nothing to see.</summary>
    public async Task SaveAsync(Caller caller, string runId, ArtifactPath path, Stream content, CancellationToken cancel)
    {
        await RequireWritableAsync(caller, runId, path, cancel);
        var blob = await blobs.SaveAsync(content, cancel);
        await hub.WriteAsync(
            async db =>
            {
                var run = await db.RunAsync(caller, runId, Permission.Edit, cancel);
                run.RequireActive();
                await Pointers.RequireNotFrozenAsync(db, caller, run, path, cancel);
                await RequireNoClashAsync(db, run.Key, path, cancel);
                var now = clock.GetUtcNow();
                if (await db.ArtifactFiles.FindAsync([run.Key, path.Value], cancel) is { } known)
                {
                    (known.Digest, known.Size, known.SavedAt) = (blob.Digest, blob.Size, now);
                }
                else
                {
                    db.Add(new ArtifactFile { RunKey = run.Key, Path = path.Value, Digest = blob.Digest, Size = blob.Size, SavedAt = now });
                }

                db.Record(
                    caller, now, EventKinds.ArtifactSaved, runId, run.ExperimentId,
                    after: new { Path = path.Value, blob.Digest, blob.Size });
            },
            cancel);
    }

    /// <summary>Takes a file, or all of a folder, out of the run. Needs MANAGE: what is gone cannot be had back.</summary>
    public Task DeleteAsync(Caller caller, string runId, ArtifactPath path, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var run = await db.RunAsync(caller, runId, Permission.Manage, cancel);
                run.RequireActive();
                var gone = await db.ArtifactFiles.Where(f => f.RunKey == run.Key && f.Path == path.Value)
                    .Union(Below(db, run.Key, path)).ToListAsync(cancel);
                if (gone.Count == 0)
                {
                    throw HubException.NotFound($"No such artifact: '{path}' of run {runId}");
                }

                await Pointers.RequireNotFrozenAsync(db, caller, run, path, cancel);
                db.RemoveRange(gone);
                db.Record(
                    caller, clock.GetUtcNow(), EventKinds.ArtifactDeleted, runId, run.ExperimentId,
                    before: gone.Select(f => new { f.Path, f.Digest }));
            },
            cancel);

    /// <summary>Refuses before the body is read what would be refused after it.</summary>
    private async Task RequireWritableAsync(Caller caller, string runId, ArtifactPath path, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var run = await db.RunAsync(caller, runId, Permission.Edit, cancel);
        run.RequireActive();
        await Pointers.RequireNotFrozenAsync(db, caller, run, path, cancel);
        await RequireNoClashAsync(db, run.Key, path, cancel);
    }

    private static async Task RequireNoClashAsync(HubDb db, long runKey, ArtifactPath path, CancellationToken cancel)
    {
        var folders = path.Folders.ToList();
        if (await db.ArtifactFiles.AnyAsync(f => f.RunKey == runKey && folders.Contains(f.Path), cancel))
        {
            throw HubException.Invalid($"Invalid path: a part of '{path}' is already a file.");
        }

        if (await Below(db, runKey, path).AnyAsync(cancel))
        {
            throw HubException.Invalid($"Invalid path: '{path}' is already a folder.");
        }
    }

    private static IQueryable<ArtifactFile> Below(HubDb db, long runKey, ArtifactPath folder) =>
        folder.IsRoot
            ? db.ArtifactFiles.Where(f => f.RunKey == runKey)
            : db.ArtifactFiles.Where(f => f.RunKey == runKey && f.Path.StartsWith(folder.Prefix));
}
