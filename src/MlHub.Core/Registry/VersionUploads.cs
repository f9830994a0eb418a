using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Events;
using MlHub.Tracking;

namespace MlHub.Registry;

/// <summary>Takes the files of a version that comes from no run: they can be uploaded until somebody says that all are there.</summary>
public sealed class VersionUploads(HubDbFactory hub, VersionFiles files, ArtifactIntake intake, TimeProvider clock)
{
    /// <summary>Stores the content, then the row that makes it visible: an interrupted upload leaves nothing to see.</summary>
    public Task SaveAsync(Caller caller, VersionKey key, ArtifactPath path, IncomingContent content, CancellationToken cancel) =>
        intake.SaveAsync(caller, new VersionPlace(files, this, _ => Task.FromResult(key)), path, content, cancel);

    /// <summary>A version's files as a place, by its model's public id.</summary>
    public IArtifactPlace Of(string modelPublicId, int number) => new VersionPlace(files, this, caller => files.FindKeyAsync(caller, modelPublicId, number, default));

    /// <summary>Refuses before the body is read rather than after it.</summary>
    internal async Task RequirePendingAsync(Caller caller, VersionKey key, ArtifactPath path, CancellationToken cancel)
    {
        await using var db = hub.Open();
        await PendingAsync(db, caller, key, path, cancel);
    }

    internal Task PlaceAsync(Caller caller, VersionKey key, ArtifactPath path, StoredBlob blob, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var (model, version, _) = await PendingAsync(db, caller, key, path, cancel);
                if (await db.ModelVersionFiles.FindAsync([version.Id, path.Value], cancel) is { } known)
                {
                    (known.Digest, known.Size) = (blob.Digest, blob.Size);
                }
                else
                {
                    db.Add(new ModelVersionFile { VersionId = version.Id, Path = path.Value, Digest = blob.Digest, Size = blob.Size });
                }

                db.Record(caller, clock.GetUtcNow(), EventKinds.ArtifactSaved, model, version.Number, after: new { Path = path.Value, blob.Digest, blob.Size });
            },
            cancel);

    /// <summary>Ends the upload: the version is ready and its files are frozen, or it failed for good. Saying it twice is harmless.</summary>
    public Task<VersionDetails> FinalizeAsync(Caller caller, VersionKey key, VersionStatus status, CancellationToken cancel) =>
        hub.WriteAsync(
            async db =>
            {
                var found = await db.VersionAsync(caller, key, RegistryPermission.Edit, cancel);
                var version = found.Version;
                if (version.Status != status)
                {
                    RequirePending(found);
                    await EndAsync(db, caller, found, status, cancel);
                    await db.SaveChangesAsync(cancel);
                }

                return await RegistryReader.VersionAsync(db, found, cancel);
            },
            cancel);

    private async Task EndAsync(HubDb db, Caller caller, FoundVersion found, VersionStatus status, CancellationToken cancel)
    {
        var (model, version, _) = found;
        var files = await db.ModelVersionFiles.Where(f => f.VersionId == version.Id).Select(f => new SourceFile(f.Path, f.Digest, f.Size)).ToListAsync(cancel);
        var now = clock.GetUtcNow();
        switch (status)
        {
            case VersionStatus.Ready when files.Count == 0:
                throw HubException.Invalid($"{found.Key} has no files yet: upload some first.");
            case VersionStatus.Ready:
                version.Digest = VersionOrigin.DigestOf(files);
                break;
            case VersionStatus.FailedRegistration:
                version.StatusMessage = "The upload was given up.";
                break;
            default:
                throw HubException.Invalid("Invalid value for parameter 'status' supplied: an upload ends as READY or FAILED_REGISTRATION.");
        }

        (version.Status, version.UpdatedAt, model.UpdatedAt) = (status, now, now);
        db.Record(
            caller, now, status == VersionStatus.Ready ? EventKinds.VersionReady : EventKinds.VersionFailed, model, version.Number,
            before: new { status = VersionStatus.PendingRegistration.ToWire() },
            after: new { status = status.ToWire(), message = version.StatusMessage, version.Digest, files = files.Count });
    }

    private static async Task<FoundVersion> PendingAsync(HubDb db, Caller caller, VersionKey key, ArtifactPath path, CancellationToken cancel)
    {
        var found = await db.VersionAsync(caller, key, RegistryPermission.Edit, cancel);
        RequirePending(found);
        var (folders, below) = (path.Folders.ToList(), path.Prefix);
        var files = db.ModelVersionFiles.Where(f => f.VersionId == found.Version.Id);
        if (await files.AnyAsync(f => folders.Contains(f.Path) || f.Path.StartsWith(below), cancel))
        {
            throw HubException.Invalid($"Invalid path: '{path}' is already a folder, or a part of it a file.");
        }

        return await files.CountAsync(cancel) < Limits.FilesPerVersion
            ? found
            : throw HubException.Invalid($"A model version has at most {Limits.FilesPerVersion} files.");
    }

    private static void RequirePending(FoundVersion found)
    {
        if (found.Version.Status != VersionStatus.PendingRegistration)
        {
            throw HubException.Conflict($"'{LogRules.Shown(found.Model.Name)}' version {found.Version.Number} is {found.Version.Status.ToWire()}: its files are frozen.");
        }
    }
}
