using System.Globalization;
using System.Runtime.CompilerServices;
using MlHub.Artifacts;
using MlHub.Operations;

namespace MlHub.Adapters.Blobs;

/// <summary>
/// Blobs as files named by their SHA-256. Bytes go to a file of a random name, are flushed to the disk, and only then get
/// their own name, so a file under a digest is always whole. When it was last saved is the file's time.
/// </summary>
public sealed class DiskBlobStore : IBlobStore
{
    private const int ReadBuffer = 81920;

    private readonly string _root;
    private readonly string _incoming;
    private readonly DiskSpace _space;
    private readonly WriteStop? _stop;

    /// <summary>Keeping and removing a file of one digest take turns; digests share them by their first digits.</summary>
    private readonly Lock[] _turns = [.. Enumerable.Range(0, 256).Select(_ => new Lock())];

    /// <param name="root">Where the files are; made if need be.</param>
    /// <param name="freeBytes">Tells the free space; a test may pretend.</param>
    /// <param name="reserve">Free bytes that uploads leave to the database and the system; null for the larger of 512 MiB and 2 % of the disk.</param>
    /// <param name="stop">Set when a folder could not be flushed.</param>
    public DiskBlobStore(string root, Func<long>? freeBytes = null, long? reserve = null, WriteStop? stop = null)
    {
        (_root, _incoming, _stop) = (root, Path.Combine(root, BlobName.Incoming), stop);
        PrivateDirectory.Create(_root);
        PrivateDirectory.Create(_incoming);
        _space = DiskSpace.Of(_root, freeBytes, reserve);
        // What a process left that was killed: nothing points there, and the data directory has one owner.
        SweepIncoming(DateTimeOffset.MaxValue);
    }

    private DiskBlobStore(DiskBlobStore whole, string folder) =>
        (_root, _incoming, _space, _stop) = (Path.Combine(whole._root, folder), whole._incoming, whole._space, whole._stop);

    public async Task<StoredBlob> SaveAsync(Stream content, CancellationToken cancel)
    {
        _stop?.Check();
        using var incoming = new IncomingFile(_incoming, _space);
        var blob = await incoming.ReceiveAsync(content, cancel);
        DiskFailure.Watch(() => Keep(incoming.Path, blob.Digest));
        return blob;
    }

    public Task<Stream?> OpenOrNullAsync(string digest, CancellationToken cancel)
    {
        var path = PathOf(digest);
        return Task.FromResult<Stream?>(
            // A link that somebody put there leads out of the store.
            new FileInfo(path) is { Exists: true, LinkTarget: null }
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete, ReadBuffer, FileOptions.Asynchronous | FileOptions.SequentialScan)
                : null);
    }

    public async IAsyncEnumerable<StoredBlob> ListIdleAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancel)
    {
        foreach (var file in Enumerable.Range(0, 256).Select(n => new DirectoryInfo(Path.Combine(_root, n.ToString("x2", CultureInfo.InvariantCulture))))
            .Where(d => d.Exists).SelectMany(d => d.EnumerateFiles()).Where(f => BlobName.IsDigest(f.Name) && f.LastWriteTimeUtc < since))
        {
            cancel.ThrowIfCancellationRequested();
            yield return new(file.Name, file.Length);
        }

        await Task.CompletedTask;
    }

    public Task<bool> DeleteIdleAsync(string digest, DateTimeOffset since, CancellationToken cancel)
    {
        var file = new FileInfo(PathOf(digest));
        lock (TurnOf(digest))
        {
            file.Refresh();
            if (!file.Exists || file.LastWriteTimeUtc >= since)
            {
                return Task.FromResult(false);
            }

            DiskFailure.Watch(file.Delete);
            return Task.FromResult(true);
        }
    }

    public Task SetAsideAsync(string digest, CancellationToken cancel)
    {
        var (path, aside) = (PathOf(digest), Path.Combine(_root, BlobName.Damaged));
        lock (TurnOf(digest))
        {
            if (File.Exists(path))
            {
                DiskFailure.Watch(() =>
                {
                    PrivateDirectory.Create(aside);
                    File.Move(path, Path.Combine(aside, digest), overwrite: true);
                });
            }
        }

        return Task.CompletedTask;
    }

    public Task SweepUploadsAsync(DateTimeOffset since, CancellationToken cancel)
    {
        DiskFailure.Watch(() => SweepIncoming(since));
        return Task.CompletedTask;
    }

    public IBlobStore PartsOf(string uploadId) => new DiskBlobStore(this, BlobName.OfUpload(uploadId));

    public Task DeletePartsAsync(string uploadId, CancellationToken cancel)
    {
        var folder = Path.Combine(_root, BlobName.OfUpload(uploadId));
        if (Directory.Exists(folder))
        {
            DiskFailure.Watch(() => Directory.Delete(folder, recursive: true));
        }

        return Task.CompletedTask;
    }

    private void SweepIncoming(DateTimeOffset since)
    {
        foreach (var left in new DirectoryInfo(_incoming).EnumerateFiles().Where(f => f.LastWriteTimeUtc < since))
        {
            left.Delete();
        }
    }

    private void Keep(string incoming, string digest)
    {
        var path = PathOf(digest);
        var folder = Path.GetDirectoryName(path)!;
        lock (TurnOf(digest))
        {
            if (File.Exists(path))
            {
                File.SetLastWriteTimeUtc(path, DateTime.UtcNow);
            }
            else
            {
                PrivateDirectory.Create(folder);
                File.Move(incoming, path, overwrite: true);
            }
        }

        // Also for a file that was there: whoever moved it may not have come to this yet.
        var top = Path.GetDirectoryName(_incoming)!;
        for (var changed = folder; changed.Length >= top.Length; changed = Path.GetDirectoryName(changed)!)
        {
            Flush(changed);
        }
    }

    private void Flush(string folder)
    {
        try
        {
            DirectoryFlush.ToDisk(folder);
        }
        catch (FlushFailedException e)
        {
            _stop?.Set(e);
            throw;
        }
    }

    private Lock TurnOf(string digest) => _turns[byte.Parse(digest.AsSpan(0, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture)];

    private string PathOf(string digest) => Path.Combine(_root, BlobName.Of(digest));
}
