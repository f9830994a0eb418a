using System.Security.Cryptography;
using MlHub.Artifacts;

namespace MlHub.Serving;

/// <summary>
/// Lays the files of versions out in folders, as runtimes want them. The folders are a cache: they are made when a model is loaded and
/// removed when the hub starts.
/// </summary>
internal sealed class ModelFolders(CheckedBlobs blobs, ServingSettings settings) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly HashSet<long> _whole = [];

    /// <summary>Removes what an earlier process left.</summary>
    public void Clear()
    {
        if (Directory.Exists(settings.Folder))
        {
            Directory.Delete(settings.Folder, recursive: true);
        }
    }

    /// <summary>The folder of a version with all its files in it, each checked against its digest.</summary>
    /// <exception cref="HubException">DataLoss where bytes are missing or not what they were.</exception>
    public async Task<string> LayOutAsync(long versionId, Servable version, CancellationToken cancel)
    {
        var folder = Path.GetFullPath(Path.Combine(settings.Folder, $"{versionId}"));
        await _one.WaitAsync(cancel);
        try
        {
            if (!_whole.Contains(versionId))
            {
                foreach (var (path, digest, _) in version.Files)
                {
                    await CopyAsync(folder, path, digest, cancel);
                }

                _whole.Add(versionId);
            }

            return folder;
        }
        finally
        {
            _one.Release();
        }
    }

    /// <summary>Removes the folder of a version that is served no more.</summary>
    public void Remove(long versionId)
    {
        _one.Wait();
        try
        {
            if (_whole.Remove(versionId))
            {
                Directory.Delete(Path.Combine(settings.Folder, $"{versionId}"), recursive: true);
            }
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task CopyAsync(string folder, string path, string digest, CancellationToken cancel)
    {
        var target = Path.GetFullPath(Path.Combine(folder, path));
        if (!target.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
        {
            throw HubException.OutOfBounds($"'{path}' leads out of the model's folder.");
        }

        CreatePrivate(Path.GetDirectoryName(target)!);
        await using var content = await blobs.OpenAsync(digest, $"'{path}'", cancel);
        await using FileStream file = new(target, FileMode.Create, FileAccess.ReadWrite);
        await content.CopyToAsync(file, cancel);
        file.Position = 0;
        if (Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancel)) != digest)
        {
            throw new HubException(HubError.DataLoss, $"The stored bytes of '{path}' are not what they were.");
        }
    }

    private static void CreatePrivate(string folder)
    {
        if (OperatingSystem.IsWindows())
        {
            Directory.CreateDirectory(folder);
        }
        else
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
