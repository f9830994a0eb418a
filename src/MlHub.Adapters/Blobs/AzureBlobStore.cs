using System.Runtime.CompilerServices;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MlHub.Artifacts;

namespace MlHub.Adapters.Blobs;

/// <summary>
/// Blobs in one private container of Azure Blob Storage, named by their SHA-256. What fits in one block is written under its
/// digest at once. The rest is staged under a random name, since the digest is known only at its end, and then copied by the
/// server, so that the whole content passes through MlHub once.
/// </summary>
public sealed class AzureBlobStore : IBlobStore
{
    public const int BlockBytes = 8 * 1024 * 1024;

    private const string Container = "mlhub-artifacts";
    private const int ReadAheadBytes = 2 * 1024 * 1024;

    private readonly BlobContainerClient _container;

    /// <summary>What the names of all blobs begin with: empty, or the folder of an upload's parts.</summary>
    private readonly string _folder;

    /// <param name="connectionString">Of a storage account; nothing but its blob endpoint is ever asked.</param>
    /// <param name="container">Made, private, by the first upload that misses it.</param>
    /// <exception cref="IOException">In one sentence: the connection string is none.</exception>
    public AzureBlobStore(string connectionString, string container = Container)
        : this(AzureContainer.Open(connectionString, container, AzureContainer.Patience))
    {
    }

    internal AzureBlobStore(BlobContainerClient container, string folder = "") => (_container, _folder) = (container, folder);

    public async Task<StoredBlob> SaveAsync(Stream content, CancellationToken cancel)
    {
        using var blocks = new BlockReader(content, BlockBytes);
        await blocks.ReadAsync(cancel);
        return await (blocks.IsLast ? SaveBlockAsync(blocks, cancel) : SaveBlocksAsync(blocks, cancel));
    }

    public Task<Stream?> OpenOrNullAsync(string digest, CancellationToken cancel)
    {
        var kept = Client(digest);
        return AzureFailure.WatchAsync(OpenAsync, cancel);

        async Task<Stream?> OpenAsync()
        {
            try
            {
                return new AzureBlobStream(await kept.OpenReadAsync(new BlobOpenReadOptions(allowModifications: false) { BufferSize = ReadAheadBytes }, cancel));
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return null;
            }
        }
    }

    public async IAsyncEnumerable<StoredBlob> ListIdleAsync(DateTimeOffset since, [EnumeratorCancellation] CancellationToken cancel)
    {
        await foreach (var found in _container.FoundAsync(_folder, BlobStates.None, cancel))
        {
            if (found.Name[(found.Name.LastIndexOf('/') + 1)..] is var digest && BlobName.IsDigest(digest) && found.Name == NameOf(digest) && found.Properties.LastModified < since)
            {
                yield return new(digest, found.Properties.ContentLength ?? 0);
            }
        }
    }

    public Task<bool> DeleteIdleAsync(string digest, DateTimeOffset since, CancellationToken cancel) => AzureFailure.WatchAsync(
        async () =>
        {
            try
            {
                BlobProperties found = await Client(digest).GetPropertiesAsync(cancellationToken: cancel);
                if (found.LastModified >= since)
                {
                    return false;
                }

                // Whoever saves the same bytes changes the tag first, or finds the blob gone.
                await Client(digest).DeleteAsync(conditions: new() { IfMatch = found.ETag }, cancellationToken: cancel);
                return true;
            }
            catch (RequestFailedException e) when (e.Status is 404 or 412)
            {
                return false;
            }
        },
        cancel);

    public Task SetAsideAsync(string digest, CancellationToken cancel) => AzureFailure.WatchAsync(
        async () =>
        {
            var aside = _container.GetBlockBlobClient($"{_folder}{BlobName.Damaged}/{digest}");
            var copy = await aside.StartCopyFromUriAsync(Client(digest).Uri, cancellationToken: cancel);
            await copy.WaitForCompletionAsync(cancel);
            return await Client(digest).DeleteIfExistsAsync(cancellationToken: cancel);
        },
        cancel);

    public async Task SweepUploadsAsync(DateTimeOffset since, CancellationToken cancel)
    {
        await foreach (var left in _container.FoundAsync($"{BlobName.Incoming}/", BlobStates.Uncommitted, cancel))
        {
            if ((left.Properties.LastModified ?? left.Properties.CreatedOn) < since)
            {
                await new IncomingBlob(_container, left.Name).DropAsync();
            }
        }
    }

    public IBlobStore PartsOf(string uploadId) => new AzureBlobStore(_container, $"{BlobName.OfUpload(uploadId)}/");

    public async Task DeletePartsAsync(string uploadId, CancellationToken cancel)
    {
        await foreach (var part in _container.FoundAsync($"{BlobName.OfUpload(uploadId)}/", BlobStates.None, cancel))
        {
            await AzureFailure.WatchAsync(() => _container.DeleteBlobIfExistsAsync(part.Name, cancellationToken: cancel), cancel);
        }
    }

    private Task<StoredBlob> SaveBlockAsync(BlockReader blocks, CancellationToken cancel)
    {
        var blob = blocks.Total();
        var kept = new KeptBlob(Client(blob.Digest), blob.Size);
        return AzureFailure.WatchAsync(
            async () =>
            {
                await kept.WriteAsync(
                    condition => _container.EnsuredAsync(
                        () => kept.Client.UploadAsync(blocks.OpenBlock(), new BlobUploadOptions { Conditions = condition }, cancel), cancel),
                    cancel);
                return blob;
            },
            cancel);
    }

    private async Task<StoredBlob> SaveBlocksAsync(BlockReader blocks, CancellationToken cancel)
    {
        var incoming = new IncomingBlob(_container);
        try
        {
            await incoming.StageAsync(blocks, cancel);
            var blob = blocks.Total();
            var kept = new KeptBlob(Client(blob.Digest), blob.Size);
            return await AzureFailure.WatchAsync(
                async () =>
                {
                    if (!await kept.IsKeptAgainAsync(cancel))
                    {
                        await incoming.MoveAsync(kept, cancel);
                    }

                    return blob;
                },
                cancel);
        }
        finally
        {
            await incoming.DropAsync();
        }
    }

    private string NameOf(string digest) => _folder + BlobName.Of(digest);

    private BlockBlobClient Client(string digest) => _container.GetBlockBlobClient(NameOf(digest));
}
