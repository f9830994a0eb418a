using System.IO.Compression;
using System.Security.Cryptography;
using MlHub.Operations;

namespace MlHub.Adapters.Operations;

/// <summary>
/// A backup being written: a folder, or one file where the name ends in <c>.zip</c>. Until <see cref="Keep"/> it has another name,
/// so that what bears the asked name is whole.
/// </summary>
internal sealed class BackupTarget : IDisposable
{
    private const int BufferBytes = 1 << 20;

    private readonly string _path;
    private readonly string _partial;
    private readonly ZipArchive? _zip;

    /// <exception cref="IOException">In one sentence: there is something of that name.</exception>
    public BackupTarget(string path)
    {
        (_path, _partial) = (Path.GetFullPath(path), Path.GetFullPath(path).TrimEnd(Path.DirectorySeparatorChar) + ".partial");
        if (File.Exists(_path) || (Directory.Exists(_path) && Directory.EnumerateFileSystemEntries(_path).Any()))
        {
            throw new IOException($"'{path}' exists already; a backup overwrites nothing.");
        }

        Discard();
        PrivateDirectory.Create(Path.GetDirectoryName(_partial)!);
        if (IsZip(path))
        {
            _zip = new(new FileStream(_partial, NewFile()), ZipArchiveMode.Create);
        }
        else
        {
            PrivateDirectory.Create(_partial);
        }
    }

    public static bool IsZip(string path) => path.EndsWith(".zip", StringComparison.OrdinalIgnoreCase);

    /// <summary>A file beside the backup for what cannot be written as a stream.</summary>
    public string Scratch => _partial + "-database";

    public async Task<BackupFile> AddAsync(string name, Stream content, CancellationToken cancel)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var (buffer, size) = (new byte[BufferBytes], 0L);
        await using var file = Create(name);
        for (int read; (read = await content.ReadAsync(buffer, cancel)) > 0; size += read)
        {
            sha.AppendData(buffer.AsSpan(0, read));
            await file.WriteAsync(buffer.AsMemory(0, read), cancel);
        }

        if (file is FileStream written)
        {
            written.Flush(flushToDisk: true);
        }

        return new(name, size, Convert.ToHexStringLower(sha.GetHashAndReset()));
    }

    public void Keep()
    {
        if (_zip is not null)
        {
            _zip.Dispose();
            using (var file = new FileStream(_partial, FileMode.Open, FileAccess.ReadWrite))
            {
                file.Flush(flushToDisk: true);
            }

            File.Move(_partial, _path);
        }
        else
        {
            if (Directory.Exists(_path))
            {
                Directory.Delete(_path);
            }

            Directory.Move(_partial, _path);
        }

        Blobs.DirectoryFlush.ToDisk(Path.GetDirectoryName(_path)!);
    }

    public void Dispose()
    {
        _zip?.Dispose();
        Discard();
    }

    private void Discard()
    {
        File.Delete(Scratch);
        File.Delete(_partial);
        if (Directory.Exists(_partial))
        {
            Directory.Delete(_partial, recursive: true);
        }
    }

    private Stream Create(string name)
    {
        if (_zip is not null)
        {
            return _zip.CreateEntry(name, CompressionLevel.NoCompression).Open();
        }

        var path = Path.Combine(_partial, name);
        PrivateDirectory.Create(Path.GetDirectoryName(path)!);
        return new FileStream(path, NewFile());
    }

    private static FileStreamOptions NewFile()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }
}
