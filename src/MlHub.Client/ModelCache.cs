using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace MlHub.Client;

/// <summary>
/// Models on this machine, each in a folder named by the digests of its files. Every file is checked whenever a model is loaded, and fetched
/// again where it is not what it was. Processes that share the cache take turns by a file that the system unlocks when one of them dies.
/// </summary>
internal sealed class ModelCache(HubCalls hub, MlHubClientOptions options)
{
    private static readonly TimeSpan LookAgain = TimeSpan.FromMilliseconds(50);

    private readonly string _root = Path.GetFullPath(options.CacheFolder);

    /// <summary>The folder that holds all files of the version, each checked.</summary>
    /// <param name="uri">As the caller named the version.</param>
    /// <param name="manifest">What the hub says of it.</param>
    /// <param name="fetch">Whether what is missing or damaged may be downloaded.</param>
    /// <param name="cancel">Ends the attempt; what was downloaded stays for the next.</param>
    /// <exception cref="MlHubException">As the download says; Unreachable where something is missing and must not be fetched.</exception>
    public async Task<string> LayOutAsync(ModelUri uri, VersionManifest manifest, bool fetch, CancellationToken cancel)
    {
        var key = manifest.Key();
        var (model, files, parts) = (Path.Combine(_root, "models", key), Path.Combine(_root, "models", key, "files"), Path.Combine(_root, "models", key, "parts"));
        await using var turn = await LockAsync(key, cancel).ConfigureAwait(false);
        CreatePrivate(files);
        CreatePrivate(parts);
        foreach (var file in manifest.Files)
        {
            var target = Path.Combine(files, file.Path);
            if (File.Exists(target) && new FileInfo(target).Length == file.Size && await ResumableDownload.DigestAsync(target, cancel).ConfigureAwait(false) == file.Sha256)
            {
                continue;
            }

            if (!fetch)
            {
                throw new MlHubException(MlHubProblem.Unreachable, $"The hub cannot be reached, and the cache does not hold '{file.Path}' of {uri} whole.");
            }

            var part = Path.Combine(parts, file.Sha256);
            await new ResumableDownload(hub, options).FetchAsync(file, part, () => RenewAsync(uri, manifest, file, cancel), cancel).ConfigureAwait(false);
            CreatePrivate(Path.GetDirectoryName(target)!);
            File.Move(part, target, overwrite: true);
        }

        await File.WriteAllBytesAsync(Path.Combine(model, "used"), [], cancel).ConfigureAwait(false);
        return files;
    }

    /// <summary>Remembers where a name led, for when the hub is away.</summary>
    public async Task RememberAsync(ModelUri uri, VersionManifest manifest, CancellationToken cancel)
    {
        var path = NameFile(uri);
        CreatePrivate(Path.GetDirectoryName(path)!);
        var draft = $"{path}.{Guid.NewGuid():N}";
        await File.WriteAllBytesAsync(draft, JsonSerializer.SerializeToUtf8Bytes(manifest.WithoutLinks(), ClientJson.Default.VersionManifest), cancel).ConfigureAwait(false);
        File.Move(draft, path, overwrite: true);
    }

    /// <summary>Where the name led when the hub was last asked; null where that is not known.</summary>
    public async Task<VersionManifest?> RecallOrNullAsync(ModelUri uri, CancellationToken cancel)
    {
        try
        {
            return JsonSerializer.Deserialize(await File.ReadAllBytesAsync(NameFile(uri), cancel).ConfigureAwait(false), ClientJson.Default.VersionManifest) is { } known && known.IsSound() ? known : null;
        }
        catch (Exception e) when (e is IOException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Removes the models that nobody loaded for long.</summary>
    public void RemoveUnused()
    {
        foreach (var model in Directory.Exists(Path.Combine(_root, "models")) ? Directory.GetDirectories(Path.Combine(_root, "models")) : [])
        {
            var used = Path.Combine(model, "used");
            if (File.Exists(used) && DateTime.UtcNow - File.GetLastWriteTimeUtc(used) > options.KeepUnused && TryLock(Path.GetFileName(model)) is { } turn)
            {
                using (turn)
                {
                    try
                    {
                        Directory.Delete(model, recursive: true);
                    }
                    catch (IOException)
                    {
                        // Somebody has it open; another time.
                    }
                }
            }
        }
    }

    private async Task<ManifestFile> RenewAsync(ModelUri uri, VersionManifest manifest, ManifestFile file, CancellationToken cancel)
    {
        // The name may lead elsewhere by now; the version that is being fetched does not change.
        var found = await hub.FindAsync(uri with { Selector = manifest.Version }, null, cancel).ConfigureAwait(false);
        return found?.Manifest.Files.FirstOrDefault(f => f.Path == file.Path && f.Sha256 == file.Sha256)
            ?? throw new MlHubException(MlHubProblem.NotFound, $"The hub no longer has the file '{file.Path}' of {uri}.");
    }

    private async Task<FileStream> LockAsync(string key, CancellationToken cancel)
    {
        while (true)
        {
            if (TryLock(key) is { } turn)
            {
                return turn;
            }

            await Task.Delay(LookAgain, cancel).ConfigureAwait(false);
        }
    }

    private FileStream? TryLock(string key)
    {
        var locks = Path.Combine(_root, "locks");
        CreatePrivate(locks);
        try
        {
            return new(Path.Combine(locks, key), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private string NameFile(ModelUri uri) =>
        Path.Combine(_root, "names", Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{hub.Hub}\n{uri.Name}\n{uri.Selector}"))));

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
