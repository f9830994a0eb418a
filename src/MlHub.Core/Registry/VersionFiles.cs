using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;

namespace MlHub.Registry;

/// <summary>How the stored bytes of a version compare with the digests of when it was registered.</summary>
public sealed record IntegrityReport(int Files, IReadOnlyList<string> Damaged);

/// <summary>The frozen files of versions: whoever may read the model may read them, whatever became of the run they came from.</summary>
public sealed class VersionFiles(HubDbFactory hub, CheckedBlobs blobs)
{
    /// <summary>The version that an address of files names by the model's public id.</summary>
    /// <exception cref="HubException">NotFound where the model is absent or unreadable.</exception>
    public async Task<VersionKey> FindKeyAsync(Caller caller, string modelPublicId, int number, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var name = await db.RegisteredModels.ReadableBy(db, caller).Where(m => m.PublicId == modelPublicId).Select(m => m.Name).FirstOrDefaultAsync(cancel)
            ?? throw HubException.NotFound($"Registered Model with id={modelPublicId} not found");
        return new(name, number);
    }

    /// <summary>One level of the tree, folders and files by name; empty for a file or where there is nothing.</summary>
    public async Task<List<ArtifactEntry>> ListAsync(Caller caller, VersionKey key, ArtifactPath folder, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var version = (await db.VersionAsync(caller, key, RegistryPermission.Read, cancel)).Version;
        var below = folder.Prefix;
        var files = await db.ModelVersionFiles.AsNoTracking().Where(f => f.VersionId == version.Id && f.Path.StartsWith(below)).ToListAsync(cancel);
        return ArtifactEntry.Level(files.Select(f => new ArtifactEntry(f.Path, false, f.Size, f.Digest, version.CreatedAt)), folder);
    }

    /// <exception cref="HubException">NotFound where there is no such file.</exception>
    public async Task<OpenedArtifact> OpenAsync(Caller caller, VersionKey key, ArtifactPath file, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var version = (await db.VersionAsync(caller, key, RegistryPermission.Read, cancel)).Version;
        var known = await db.ModelVersionFiles.AsNoTracking().FirstOrDefaultAsync(f => f.VersionId == version.Id && f.Path == file.Value, cancel)
            ?? throw HubException.NotFound($"No such artifact: '{file}' of {key}");
        return new(file, await blobs.OpenAsync(known.Digest, $"'{file}' of {key}", cancel), known.Digest, version.CreatedAt);
    }

    /// <summary>Reads every file from the store and computes its digest again.</summary>
    public async Task<IntegrityReport> VerifyAsync(Caller caller, VersionKey key, CancellationToken cancel)
    {
        List<ModelVersionFile> files;
        await using (var db = hub.Open())
        {
            var version = (await db.VersionAsync(caller, key, RegistryPermission.Read, cancel)).Version;
            files = await db.ModelVersionFiles.AsNoTracking().Where(f => f.VersionId == version.Id).OrderBy(f => f.Path).ToListAsync(cancel);
        }

        HashSet<string> intact = [];
        foreach (var digest in files.Select(f => f.Digest).Distinct())
        {
            if (await blobs.ExamineAsync(digest, _ => Task.CompletedTask, cancel) is null)
            {
                intact.Add(digest);
            }
        }

        return new(files.Count, [.. files.Where(f => !intact.Contains(f.Digest)).Select(f => f.Path)]);
    }
}
