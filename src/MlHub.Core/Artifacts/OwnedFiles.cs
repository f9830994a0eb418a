using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Registry;

namespace MlHub.Artifacts;

/// <summary>The files of one run, logged model or account.</summary>
internal sealed class OwnedFiles(HubDbFactory hub, CheckedBlobs blobs, TimeProvider clock, string? ownerId) : IArtifactPlace
{
    public async Task<List<ArtifactEntry>> ListAsync(Caller caller, ArtifactPath folder, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var owner = await ArtifactOwner.FindAsync(db, caller, ownerId, Permission.Read, cancel);
        var files = await Below(owner.Files(db), folder).AsNoTracking().ToListAsync(cancel);
        return ArtifactEntry.Level(files.Select(f => new ArtifactEntry(f.Path, false, f.Size, f.Digest, f.SavedAt)), folder);
    }

    public async Task<OpenedArtifact> OpenAsync(Caller caller, ArtifactPath file, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var owner = await ArtifactOwner.FindAsync(db, caller, ownerId, Permission.Read, cancel);
        var known = await owner.Files(db).AsNoTracking().FirstOrDefaultAsync(f => f.Path == file.Value, cancel) ?? throw Absent(owner, file);
        return new(file, await blobs.OpenAsync(known.Digest, $"'{file}' of {owner.Named}", cancel), known.Digest, known.SavedAt);
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
                var owner = await WritableAsync(db, caller, file, cancel);
                var now = clock.GetUtcNow();
                if (await owner.Files(db).FirstOrDefaultAsync(f => f.Path == file.Value, cancel) is { } known)
                {
                    (known.Digest, known.Size, known.SavedAt) = (blob.Digest, blob.Size, now);
                }
                else
                {
                    db.Add(owner.NewFile(file, blob, now));
                }

                db.Record(
                    caller, now, EventKinds.ArtifactSaved, owner.Id, owner.ExperimentId,
                    after: new { Path = file.Value, blob.Digest, blob.Size });
            },
            cancel);

    /// <summary>Needs MANAGE: what is gone cannot be had back.</summary>
    public Task DeleteAsync(Caller caller, ArtifactPath path, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var owner = await ArtifactOwner.FindAsync(db, caller, ownerId, Permission.Manage, cancel);
                owner.RequireActive();
                var below = path.Prefix;
                var gone = await owner.Files(db).Where(f => f.Path == path.Value || f.Path.StartsWith(below)).ToListAsync(cancel);
                if (gone.Count == 0)
                {
                    throw Absent(owner, path);
                }

                await Pointers.RequireNotFrozenAsync(db, caller, owner, path, cancel);
                db.RemoveRange(gone);
                db.Record(
                    caller, clock.GetUtcNow(), EventKinds.ArtifactDeleted, owner.Id, owner.ExperimentId,
                    before: gone.Select(f => new { f.Path, f.Digest }));
            },
            cancel);

    private async Task<ArtifactOwner> WritableAsync(HubDb db, Caller caller, ArtifactPath file, CancellationToken cancel)
    {
        var owner = await ArtifactOwner.FindAsync(db, caller, ownerId, Permission.Edit, cancel);
        owner.RequireActive();
        await Pointers.RequireNotFrozenAsync(db, caller, owner, file, cancel);
        var folders = file.Folders.ToList();
        if (await owner.Files(db).AnyAsync(f => folders.Contains(f.Path), cancel))
        {
            throw HubException.Invalid($"Invalid path: a part of '{file}' is already a file.");
        }

        return await Below(owner.Files(db), file).AnyAsync(cancel) ? throw HubException.Invalid($"Invalid path: '{file}' is already a folder.") : owner;
    }

    private static HubException Absent(ArtifactOwner owner, ArtifactPath path) => HubException.NotFound($"No such artifact: '{path}' of {owner.Named}");

    private static IQueryable<StoredFile> Below(IQueryable<StoredFile> files, ArtifactPath folder) =>
        folder.IsRoot ? files : files.Where(f => f.Path.StartsWith(folder.Prefix));
}
