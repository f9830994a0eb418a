using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using MlHub.Adapters.Blobs;
using MlHub.Artifacts;

namespace MlHub.Testing.Blobs;

/// <summary>An empty store of one kind, and what lies in it as seen from outside.</summary>
public abstract class TestBlobStore : IAsyncDisposable
{
    public abstract IBlobStore Store { get; }

    public static TestBlobStore Create(BlobStoreKind kind) => kind == BlobStoreKind.Disk ? new OnDisk() : new InAzure();

    /// <summary>Every file or blob with its size, those of unfinished uploads and uncommitted blocks too.</summary>
    public abstract Task<List<(string Name, long Size)>> ListAsync();

    /// <summary>Changes a blob behind the store's back; null takes it away.</summary>
    public abstract Task DamageAsync(string digest, byte[]? bytes);

    public abstract ValueTask DisposeAsync();

    private sealed class OnDisk : TestBlobStore
    {
        private readonly string _root = Directory.CreateTempSubdirectory("mlhub-blobs-").FullName;

        public OnDisk() => Store = new DiskBlobStore(_root);

        public override IBlobStore Store { get; }

        public override Task<List<(string Name, long Size)>> ListAsync() => Task.FromResult(
            new DirectoryInfo(_root).EnumerateFiles("*", SearchOption.AllDirectories).Select(f => (Path.GetRelativePath(_root, f.FullName), f.Length)).ToList());

        public override async Task DamageAsync(string digest, byte[]? bytes)
        {
            var path = Path.Combine(_root, digest[..2], digest);
            if (bytes is null)
            {
                File.Delete(path);
            }
            else
            {
                await File.WriteAllBytesAsync(path, bytes);
            }
        }

        public override ValueTask DisposeAsync()
        {
            Directory.Delete(_root, recursive: true);
            return ValueTask.CompletedTask;
        }
    }

    private sealed class InAzure : TestBlobStore
    {
        private readonly BlobContainerClient _container = new(Azurite.Shared.ConnectionString, $"test-{Guid.NewGuid():N}");

        public InAzure() => Store = new AzureBlobStore(Azurite.Shared.ConnectionString, _container.Name);

        public override IBlobStore Store { get; }

        public override async Task<List<(string Name, long Size)>> ListAsync() =>
            await _container.ExistsAsync()
                ? await _container.GetBlobsAsync(states: BlobStates.All).Select(b => (b.Name, b.Properties.ContentLength ?? 0)).ToListAsync()
                : [];

        public override Task DamageAsync(string digest, byte[]? bytes)
        {
            var blob = _container.GetBlobClient($"{digest[..2]}/{digest}");
            return bytes is null ? blob.DeleteAsync() : blob.UploadAsync(new BinaryData(bytes), overwrite: true);
        }

        public override async ValueTask DisposeAsync() => await _container.DeleteIfExistsAsync();
    }
}
