using System.Security.Cryptography;
using System.Text;
using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.LoggedModels;
using MlHub.Tracking;

namespace MlHub.Registry;

/// <summary>One file that a version is made of.</summary>
internal readonly record struct SourceFile(string Path, string Digest, long Size);

/// <summary>
/// What a source was found to be, on behalf of the caller who registers it. <paramref name="Files"/> is null where the bytes are
/// not MlHub's own; <paramref name="Path"/> is the folder of the run or logged model that freezes.
/// </summary>
internal sealed record VersionOrigin(string? RunId, long? RunKey, string? Path, long? VersionId, IReadOnlyList<SourceFile>? Files)
{
    /// <summary>The source in its plain spelling, where the one sent may come to mean something else.</summary>
    public string? Address { get; init; }

    /// <summary>The logged model that is registered; <see cref="Path"/> is then a folder of it.</summary>
    public LoggedModel? Model { get; init; }

    /// <exception cref="HubException">NotFound for what is absent or unreadable, in the same words.</exception>
    public static Task<VersionOrigin> FindAsync(
        HubDb db, Caller caller, VersionSource source, string? runId, string? loggedModelId, CancellationToken cancel) => source switch
        {
            RunFolder folder => OfRunAsync(db, caller, folder, runId, cancel),
            LoggedModelFolder folder => OfLoggedModelAsync(db, caller, folder, runId, loggedModelId, cancel),
            VersionFolder folder => OfVersionAsync(db, caller, folder, runId, cancel),
            _ => OfAddressAsync(db, caller, runId, loggedModelId, cancel),
        };

    /// <summary>SHA-256 over the paths and digests: two versions of the same files have the same one.</summary>
    public static string DigestOf(IEnumerable<SourceFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var file in files.OrderBy(f => f.Path, StringComparer.Ordinal))
        {
            hash.AppendData(Encoding.UTF8.GetBytes($"{file.Path}\0{file.Digest}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static async Task<VersionOrigin> OfRunAsync(HubDb db, Caller caller, RunFolder folder, string? runId, CancellationToken cancel)
    {
        if (!string.IsNullOrEmpty(runId) && runId != folder.RunId)
        {
            throw HubException.Invalid($"Invalid value \"{LogRules.Shown(runId)}\" for parameter 'run_id' supplied: the source belongs to run {folder.RunId}.");
        }

        var run = await db.RunAsync(caller, folder.RunId, Permission.Read, cancel);
        run.RequireActive();
        var experiment = await db.Experiments.SingleAsync(e => e.Id == run.ExperimentId, cancel);
        if (experiment.IsPurged)
        {
            throw HubException.NotFound($"Run with id={run.RunId} not found");
        }

        if (!ArtifactLocation.IsOwn(experiment.ArtifactLocation))
        {
            return new(run.RunId, run.Key, null, null, null);
        }

        var files = await FilesAsync(db.ArtifactFiles.Where(f => f.RunKey == run.Key), folder.Path, cancel);
        return files.Count == 0 ? new(run.RunId, null, null, null, files) : new(run.RunId, run.Key, folder.Path.Value, null, files);
    }

    /// <summary>What lies below the folder, with paths relative to it; or the one file of that name.</summary>
    private static async Task<List<SourceFile>> FilesAsync(IQueryable<StoredFile> of, ArtifactPath path, CancellationToken cancel)
    {
        var below = path.Prefix;
        var rows = await of.AsNoTracking()
            .Where(f => f.Path == path.Value || f.Path.StartsWith(below))
            .OrderBy(f => f.Path).Take(Limits.FilesPerVersion + 1).ToListAsync(cancel);
        return rows.Count > Limits.FilesPerVersion
            ? throw HubException.Invalid($"A model version has at most {Limits.FilesPerVersion} files.")
            : [.. rows.Select(f => new SourceFile(f.Path == path.Value ? path.Name : f.Path[below.Length..], f.Digest, f.Size))];
    }

    private static async Task<VersionOrigin> OfLoggedModelAsync(
        HubDb db, Caller caller, LoggedModelFolder folder, string? runId, string? loggedModelId, CancellationToken cancel)
    {
        if (!string.IsNullOrEmpty(loggedModelId) && loggedModelId != folder.ModelId)
        {
            throw HubException.Invalid($"Invalid value \"{LogRules.Shown(loggedModelId)}\" for parameter 'model_id' supplied: the source belongs to logged model {folder.ModelId}.");
        }

        var model = await db.LoggedModelAsync(caller, folder.ModelId, Permission.Read, cancel);
        if (folder.ExperimentId is { } experiment && experiment != model.ExperimentId)
        {
            throw HubException.NotFound($"Logged model with ID '{model.ModelId}' not found in experiment {experiment}.");
        }

        var (run, runKey) = await RunOfAsync(db, caller, model, runId, cancel);
        var location = await db.Experiments.Where(e => e.Id == model.ExperimentId).Select(e => e.ArtifactLocation).SingleAsync(cancel);
        var files = ArtifactLocation.IsOwn(location) ? await FilesAsync(db.LoggedModelFiles.Where(f => f.LoggedModelKey == model.Key), folder.Path, cancel) : null;
        return new(run, runKey, files is { Count: > 0 } ? folder.Path.Value : null, null, files) { Model = model };
    }

    /// <summary>The run that is said to have made the model or, where nothing is said, the one that the model says made it.</summary>
    private static async Task<(string? RunId, long? RunKey)> RunOfAsync(HubDb db, Caller caller, LoggedModel model, string? runId, CancellationToken cancel)
    {
        if (!string.IsNullOrEmpty(runId))
        {
            var said = VersionSource.IsRunId(runId) ? await db.RunAsync(caller, runId, Permission.Read, cancel) : null;
            return (runId, said?.Key);
        }

        var run = model.SourceRunId is { } source ? await db.Runs.FirstOrDefaultAsync(r => r.RunId == source && !r.IsDeleted, cancel) : null;
        return run is not null && await db.PermissionAsync(caller, run.ExperimentId, cancel) >= Permission.Read ? (run.RunId, run.Key) : (null, null);
    }

    private static async Task<VersionOrigin> OfVersionAsync(HubDb db, Caller caller, VersionFolder folder, string? runId, CancellationToken cancel)
    {
        var model = await db.ModelAsync(caller, folder.Model, RegistryPermission.Read, cancel);
        var version = folder.Alias is { } alias
            ? await Aliases.VersionOfAsync(db, model, alias, cancel)
            : (await db.VersionAsync(caller, new(folder.Model, folder.Number!.Value), RegistryPermission.Read, cancel)).Version;
        if (version.Status != VersionStatus.Ready)
        {
            throw HubException.Invalid($"Invalid model version source: {model.Name} version {version.Number} has no complete files to copy.");
        }

        // The run was told with the version already; only another one needs the right to read it.
        var run = string.IsNullOrEmpty(runId) || runId == version.RunId ? version.RunId : (await OfAddressAsync(db, caller, runId, null, cancel)).RunId;
        var files = version.Digest is null
            ? null
            : await db.ModelVersionFiles.Where(f => f.VersionId == version.Id).Select(f => new SourceFile(f.Path, f.Digest, f.Size)).ToListAsync(cancel);
        // Of an address that is only text, the first copy says all: no chain has to be followed later.
        return new(run, null, null, files is null ? version.SourceVersionId ?? version.Id : version.Id, files)
        {
            Address = $"models:/{model.Name}/{version.Number}",
            Model = version.LoggedModelKey is { } key ? await db.LoggedModels.FindAsync([key], cancel) : null,
        };
    }

    private static async Task<VersionOrigin> OfAddressAsync(HubDb db, Caller caller, string? runId, string? loggedModelId, CancellationToken cancel)
    {
        // MLflow 3 names the model also where its files are elsewhere; an id of another server is only text.
        if (LoggedModelRules.IsId(loggedModelId)
            && await db.LoggedModels.FirstOrDefaultAsync(m => m.ModelId == loggedModelId && !m.IsDeleted, cancel) is { } model
            && await db.PermissionAsync(caller, model.ExperimentId, cancel) >= Permission.Read)
        {
            var (id, key) = await RunOfAsync(db, caller, model, runId, cancel);
            return new(id, key, null, null, null) { Model = model };
        }

        var run = VersionSource.IsRunId(runId) ? await db.RunAsync(caller, runId!, Permission.Read, cancel) : null;
        return new(string.IsNullOrEmpty(runId) ? null : runId, run?.Key, null, null, null);
    }
}
