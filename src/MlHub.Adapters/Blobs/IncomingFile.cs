using System.Buffers;
using System.Security.Cryptography;
using MlHub.Artifacts;

namespace MlHub.Adapters.Blobs;

/// <summary>A content under way to the disk, in a file of a random name that is gone when this is disposed of.</summary>
internal sealed class IncomingFile(string folder, DiskSpace space) : IDisposable
{
    private const int BufferBytes = 1024 * 1024;

    public string Path { get; } = System.IO.Path.Combine(folder, Guid.NewGuid().ToString("N"));

    /// <summary>On return all bytes are on the disk. What reading the content throws is thrown as it is.</summary>
    public async Task<StoredBlob> ReceiveAsync(Stream content, CancellationToken cancel)
    {
        using var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            space.Require(0);
            await using var file = DiskFailure.Watch(() => new FileStream(Path, Incoming()));
            long size = 0;
            while (true)
            {
                var read = await content.ReadAtLeastAsync(buffer.AsMemory(0, BufferBytes), BufferBytes, throwOnEndOfStream: false, cancel);
                sha.AppendData(buffer.AsSpan(0, read));
                await WriteAsync(file, buffer.AsMemory(0, read), cancel);
                size += read;
                if (read < BufferBytes)
                {
                    DiskFailure.Watch(() => file.Flush(flushToDisk: true));
                    return new(Convert.ToHexStringLower(sha.GetHashAndReset()), size);
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    public void Dispose()
    {
        try
        {
            File.Delete(Path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A disk that cannot be written: the sweep takes it later.
        }
    }

    private async Task WriteAsync(FileStream file, ReadOnlyMemory<byte> bytes, CancellationToken cancel)
    {
        space.Require(bytes.Length);
        try
        {
            await DiskFailure.WatchAsync(() => file.WriteAsync(bytes, cancel).AsTask());
        }
        finally
        {
            space.Written(bytes.Length);
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
}
