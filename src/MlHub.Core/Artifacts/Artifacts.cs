using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Artifacts;

/// <summary>An artifact opened for reading; whoever opens it disposes of the content.</summary>
public sealed record OpenedArtifact(ArtifactPath Path, Stream Content, string Digest, DateTimeOffset SavedAt);

/// <summary>
/// The files of runs and of logged models: listed, saved whole or not at all, read, deleted. The owner is named by its public
/// id, a run's or a logged model's.
/// </summary>
public sealed class Artifacts(HubDbFactory hub, IBlobStore blobs, TimeProvider clock)
{
    /// <summary>One level of the tree, folders and files by name; empty for a file or where there is nothing.</summary>
    public async Task<List<ArtifactEntry>> ListAsync(Caller caller, string ownerId, ArtifactPath folder, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var owner = await ArtifactOwner.FindAsync(db, caller, ownerId, Permission.Read, cancel);
        var files = await Below(owner.Files(db), folder).AsNoTracking().ToListAsync(cancel);
        return ArtifactEntry.Level(files.Select(f => new ArtifactEntry(f.Path, false, f.Size, f.Digest, f.SavedAt)), folder);
    }

    /// <exception cref="HubException">NotFound where there is no such file.</exception>
    public async Task<OpenedArtifact> OpenAsync(Caller caller, string ownerId, ArtifactPath path, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var owner = await ArtifactOwner.FindAsync(db, caller, ownerId, Permission.Read, cancel);
        var file = await owner.Files(db).AsNoTracking().FirstOrDefaultAsync(f => f.Path == path.Value, cancel)
            ?? throw HubException.NotFound($"No such artifact: '{path}' of {owner.Named}");
        var content = await blobs.OpenOrNullAsync(file.Digest, cancel)
            ?? throw new IOException($"The bytes of artifact '{path}' of {owner.Named} (SHA-256 {file.Digest}) are missing from the store.");
        return new(path, content, file.Digest, file.SavedAt);
    }

    /// <summary>Stores the content, then the row that makes it visible: an interrupted upload leaves nothing to see.</summary>
    public async Task SaveAsync(Caller caller, string ownerId, ArtifactPath path, Stream content, CancellationToken cancel)
    {
        await using (var db = hub.Open())
        {
            // Refused before the body is read rather than after it.
            await WritableAsync(db, caller, ownerId, path, cancel);
        }

        var blob = await blobs.SaveAsync(content, cancel);
        await hub.WriteAsync(
            async db =>
            {
                var owner = await WritableAsync(db, caller, ownerId, path, cancel);
                var now = clock.GetUtcNow();
                if (await owner.Files(db).FirstOrDefaultAsync(f => f.Path == path.Value, cancel) is { } known)
                {
                    (known.Digest, known.Size, known.SavedAt) = (blob.Digest, blob.Size, now);
                }
                else
                {
                    db.Add(owner.NewFile(path, blob, now));
                }

                db.Record(
                    caller, now, EventKinds.ArtifactSaved, owner.Id, owner.ExperimentId,
                    after: new { Path = path.Value, blob.Digest, blob.Size });
            },
            cancel);
    }

    /// <summary>Takes a file, or all of a folder, away from its owner. Needs MANAGE: what is gone cannot be had back.</summary>
    public Task DeleteAsync(Caller caller, string ownerId, ArtifactPath path, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var owner = await ArtifactOwner.FindAsync(db, caller, ownerId, Permission.Manage, cancel);
                owner.RequireActive();
                var below = path.Prefix;
                var gone = await owner.Files(db).Where(f => f.Path == path.Value || f.Path.StartsWith(below)).ToListAsync(cancel);
                if (gone.Count == 0)
                {
                    throw HubException.NotFound($"No such artifact: '{path}' of {owner.Named}");
                }

                await Pointers.RequireNotFrozenAsync(db, caller, owner, path, cancel);
                db.RemoveRange(gone);
                db.Record(
                    caller, clock.GetUtcNow(), EventKinds.ArtifactDeleted, owner.Id, owner.ExperimentId,
                    before: gone.Select(f => new { f.Path, f.Digest }));
            },
            cancel);

    /// <summary>The owner, where the caller may write this path of it.</summary>
    private static async Task<ArtifactOwner> WritableAsync(HubDb db, Caller caller, string ownerId, ArtifactPath path, CancellationToken cancel)
    {
        var owner = await ArtifactOwner.FindAsync(db, caller, ownerId, Permission.Edit, cancel);
        owner.RequireActive();
        await Pointers.RequireNotFrozenAsync(db, caller, owner, path, cancel);
        await RequireNoClashAsync(owner.Files(db), path, cancel);
        return owner;
    }

    private static async Task RequireNoClashAsync(IQueryable<StoredFile> files, ArtifactPath path, CancellationToken cancel)
    {
        var folders = path.Folders.ToList();
        if (await files.AnyAsync(f => folders.Contains(f.Path), cancel))
        {
            throw HubException.Invalid($"Invalid path: a part of '{path}' is already a file.");
        }

        if (await Below(files, path).AnyAsync(cancel))
        {
            throw HubException.Invalid($"Invalid path: '{path}' is already a folder.");
        }
    }

    private static IQueryable<StoredFile> Below(IQueryable<StoredFile> files, ArtifactPath folder) =>
        folder.IsRoot ? files : files.Where(f => f.Path.StartsWith(folder.Prefix));
}
