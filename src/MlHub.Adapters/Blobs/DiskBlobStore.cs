using System.Buffers;
using System.Security.Cryptography;
using MlHub.Artifacts;

namespace MlHub.Adapters.Blobs;

/// <summary>
/// Blobs as files named by their SHA-256. Bytes go to a file of a random name, are flushed to the disk, and only then get
/// their own name, so a file under a digest is always whole.
/// </summary>
public sealed class DiskBlobStore : IBlobStore
{
    /// <summary>Free space that uploads leave to the database and the system.</summary>
    public const long Reserve = 512L * 1024 * 1024;

    private const int BufferBytes = 1024 * 1024;
    private const int CheckSpaceEvery = 64;

    private readonly string _root;
    private readonly string _incoming;
    private readonly Func<long> _freeBytes;

    /// <param name="root">Where the files are; made if need be.</param>
    /// <param name="freeBytes">Tells the free space; a test may pretend.</param>
    public DiskBlobStore(string root, Func<long>? freeBytes = null)
    {
        (_root, _incoming) = (root, Path.Combine(root, "incoming"));
        PrivateDirectory.Create(_root);
        PrivateDirectory.Create(_incoming);
        SweepIncoming();
        _freeBytes = freeBytes ?? (() => new DriveInfo(_root).AvailableFreeSpace);
    }

    public async Task<StoredBlob> SaveAsync(Stream content, CancellationToken cancel)
    {
        RequireSpace();
        var incoming = Path.Combine(_incoming, Guid.NewGuid().ToString("N"));
        try
        {
            var blob = await ReceiveAsync(content, incoming, cancel);
            Keep(incoming, PathOf(blob.Digest));
            return blob;
        }
        catch (IOException e) when (e.HResult is 28 or 122 || e.Message.Contains("No space left", StringComparison.Ordinal))
        {
            throw Full();
        }
        finally
        {
            File.Delete(incoming);
        }
    }

    public Task<Stream?> OpenOrNullAsync(string digest, CancellationToken cancel)
    {
        var path = PathOf(digest);
        return Task.FromResult<Stream?>(
            File.Exists(path)
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, 81920, FileOptions.Asynchronous | FileOptions.SequentialScan)
                : null);
    }

    private async Task<StoredBlob> ReceiveAsync(Stream content, string path, CancellationToken cancel)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            await using var file = new FileStream(path, Incoming());
            long size = 0;
            for (var round = 1; ; round++)
            {
                var read = await content.ReadAtLeastAsync(buffer.AsMemory(0, BufferBytes), BufferBytes, throwOnEndOfStream: false, cancel);
                sha.AppendData(buffer.AsSpan(0, read));
                await file.WriteAsync(buffer.AsMemory(0, read), cancel);
                size += read;
                if (read < BufferBytes)
                {
                    file.Flush(flushToDisk: true);
                    return new(Convert.ToHexStringLower(sha.GetHashAndReset()), size);
                }

                if (round % CheckSpaceEvery == 0)
                {
                    RequireSpace();
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>What a process left that was killed: nothing points there, and the data directory has one owner.</summary>
    private void SweepIncoming()
    {
        foreach (var left in Directory.EnumerateFiles(_incoming))
        {
            File.Delete(left);
        }
    }

    private static FileStreamOptions Incoming()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.Write,
            Share = FileShare.None,
            BufferSize = 0,
            Options = FileOptions.Asynchronous,
        };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        }

        return options;
    }

    private static void Keep(string incoming, string path)
    {
        var folder = Path.GetDirectoryName(path)!;
        if (!File.Exists(path))
        {
            PrivateDirectory.Create(folder);
            File.Move(incoming, path, overwrite: true);
        }

        // Also for a file that was there: whoever moved it may not have come to this yet.
        DirectoryFlush.ToDisk(folder);
        DirectoryFlush.ToDisk(Path.GetDirectoryName(folder)!);
    }

    private string PathOf(string digest) => Path.Combine(_root, BlobName.Of(digest));

    private void RequireSpace()
    {
        if (_freeBytes() < Reserve)
        {
            throw Full();
        }
    }

    private static HubException Full() => new(HubError.StorageFull, "The artifact store is full. Nothing was stored.");
}
