using System.Collections.Concurrent;
using System.Security.Cryptography;
using MlHub.Artifacts;

namespace MlHub.Serving;

/// <summary>
/// Lays the files of versions out in folders, as runtimes want them. The folders are a cache: they are made when a model is loaded, and
/// removed when it is not needed any more and when the hub starts.
/// </summary>
internal sealed class ModelFolders(CheckedBlobs blobs, ServingSettings settings)
{
    private const UnixFileMode Mine = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    // Workers may be another account. The folder around all of these lets nobody in from outside: a worker is started inside of its own.
    private const UnixFileMode Readable = Mine | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Enterable = Readable | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>What is left free for the hub itself.</summary>
    private const long Reserve = 256L << 20;

    private readonly ConcurrentDictionary<long, SemaphoreSlim> _gates = new();
    private readonly ConcurrentDictionary<long, bool> _whole = new();

    /// <summary>Removes what an earlier process left.</summary>
    public void Clear()
    {
        if (Directory.Exists(settings.Folder))
        {
            Directory.Delete(settings.Folder, recursive: true);
        }
    }

    /// <summary>The folder of a version with all its files in it, each checked against its digest.</summary>
    /// <exception cref="HubException">DataLoss where bytes are missing or not what they were, StorageFull where the disk is full.</exception>
    public Task<string> LayOutAsync(long versionId, Servable version, CancellationToken cancel) => AloneAsync(
        versionId,
        async () =>
        {
            var folder = PathOf(versionId);
            if (!_whole.ContainsKey(versionId))
            {
                await FillAsync(folder, version, cancel);
                _whole[versionId] = true;
            }

            return folder;
        },
        cancel);

    /// <summary>Removes the folder of a version, unless somebody has begun to need it again.</summary>
    /// <returns>Whether there was one.</returns>
    public Task<bool> RemoveAsync(long versionId, Func<bool> isNeeded) => AloneAsync(
        versionId,
        () =>
        {
            if (isNeeded() || !_whole.TryRemove(versionId, out _))
            {
                return Task.FromResult(false);
            }

            Directory.Delete(PathOf(versionId), recursive: true);
            return Task.FromResult(true);
        },
        CancellationToken.None);

    private string PathOf(long versionId) => Path.GetFullPath(Path.Combine(settings.Folder, $"{versionId}"));

    /// <summary>Those who need the same version wait for each other, and for nobody else.</summary>
    private async Task<T> AloneAsync<T>(long versionId, Func<Task<T>> act, CancellationToken cancel)
    {
        var gate = _gates.GetOrAdd(versionId, _ => new(1));
        await gate.WaitAsync(cancel);
        try
        {
            return await act();
        }
        finally
        {
            gate.Release();
        }
    }

    private async Task FillAsync(string folder, Servable version, CancellationToken cancel)
    {
        MakeFolder(settings.Folder, Mine | UnixFileMode.UserExecute);
        var bytes = version.Files.Sum(f => f.Size);
        if (new DriveInfo(settings.Folder).AvailableFreeSpace < bytes + Reserve)
        {
            throw Full(bytes);
        }

        try
        {
            MakeFolder(folder, Enterable);
            foreach (var (path, digest, _) in version.Files)
            {
                await CopyAsync(folder, path, digest, cancel);
            }
        }
        catch (Exception e)
        {
            Directory.Delete(folder, recursive: true);
            if (e is IOException && e.Message.Contains("No space left", StringComparison.Ordinal))
            {
                throw Full(bytes);
            }

            throw;
        }
    }

    private async Task CopyAsync(string folder, string path, string digest, CancellationToken cancel)
    {
        var target = Path.GetFullPath(Path.Combine(folder, path));
        if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw HubException.OutOfBounds($"'{path}' leads out of the model's folder.");
        }

        foreach (var part in Path.GetDirectoryName(Path.GetRelativePath(folder, target))!.Split(Path.DirectorySeparatorChar, StringSplitOptions.RemoveEmptyEntries))
        {
            MakeFolder(folder = Path.Combine(folder, part), Enterable);
        }

        await using var content = await blobs.OpenAsync(digest, $"'{path}'", cancel);
        await using FileStream file = new(target, FileMode.Create, FileAccess.ReadWrite);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file.SafeFileHandle, Readable);
        }

        await content.CopyToAsync(file, cancel);
        file.Position = 0;
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel)) != digest)
        {
            throw new HubException(HubError.DataLoss, $"The stored bytes of '{path}' are not what they were.");
        }
    }

    private static HubException Full(long bytes) =>
        new(HubError.StorageFull, $"The hub's disk has no room for the version's files ({bytes >> 20} MiB), which are laid out to load it. An administrator has to free space.");

    /// <summary>The mode is set apart from making it, since the process' mask would take from it.</summary>
    private static void MakeFolder(string folder, UnixFileMode mode)
    {
        Directory.CreateDirectory(folder);
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(folder, mode);
        }
    }
}
