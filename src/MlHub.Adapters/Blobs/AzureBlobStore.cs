using System.Text;
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
    private const int MostBlocks = 50_000;
    private const int ReadAheadBytes = 2 * 1024 * 1024;

    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(5);

    private readonly BlobContainerClient _container;

    /// <param name="connectionString">Of a storage account; nothing but its blob endpoint is ever asked.</param>
    /// <param name="container">Made, private, by the first upload that misses it.</param>
    /// <exception cref="IOException">In one sentence: the connection string is none.</exception>
    public AzureBlobStore(string connectionString, string container = Container)
        : this(AzureContainer.Open(connectionString, container, AzureContainer.Patience))
    {
    }

    internal AzureBlobStore(BlobContainerClient container) => _container = container;

    public async Task<StoredBlob> SaveAsync(Stream content, CancellationToken cancel)
    {
        using var blocks = new BlockReader(content, BlockBytes);
        await blocks.ReadAsync(cancel);
        return await (blocks.IsLast ? SaveBlockAsync(blocks, cancel) : SaveBlocksAsync(blocks, cancel));
    }

    public Task<Stream?> OpenOrNullAsync(string digest, CancellationToken cancel)
    {
        var kept = _container.GetBlockBlobClient(BlobName.Of(digest));
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

    private Task<StoredBlob> SaveBlockAsync(BlockReader blocks, CancellationToken cancel)
    {
        var blob = blocks.Total();
        var kept = new KeptBlob(_container, blob);
        return AzureFailure.WatchAsync(
            async () =>
            {
                await kept.WriteAsync(
                    condition => InContainerAsync(
                        () => kept.Client.UploadAsync(blocks.OpenBlock(), new BlobUploadOptions { Conditions = condition }, cancel), cancel),
                    cancel);
                return blob;
            },
            cancel);
    }

    private async Task<StoredBlob> SaveBlocksAsync(BlockReader blocks, CancellationToken cancel)
    {
        var incoming = _container.GetBlockBlobClient($"incoming/{Guid.NewGuid():N}");
        var ids = await StageAsync(blocks, incoming, cancel);
        var blob = blocks.Total();
        var kept = new KeptBlob(_container, blob);
        return await AzureFailure.WatchAsync(
            async () =>
            {
                // Blocks that are never committed are not readable, and the service drops them after a week.
                if (!await kept.IsWholeAsync(cancel))
                {
                    await CommitAsync(incoming, ids, kept, cancel);
                }

                return blob;
            },
            cancel);
    }

    private async Task<List<string>> StageAsync(BlockReader blocks, BlockBlobClient incoming, CancellationToken cancel)
    {
        for (var ids = new List<string>(); ; await blocks.ReadAsync(cancel))
        {
            if (ids.Count == MostBlocks)
            {
                throw HubException.Invalid($"The artifact store takes files of at most {(long)MostBlocks * BlockBytes >> 30} GiB.");
            }

            ids.Add(Convert.ToBase64String(Encoding.ASCII.GetBytes($"{ids.Count:D6}")));
            await AzureFailure.WatchAsync(
                () => InContainerAsync(() => incoming.StageBlockAsync(ids[^1], blocks.OpenBlock(), cancellationToken: cancel), cancel), cancel);
            if (blocks.IsLast)
            {
                return ids;
            }
        }
    }

    private static async Task CommitAsync(BlockBlobClient incoming, List<string> ids, KeptBlob kept, CancellationToken cancel)
    {
        try
        {
            await incoming.CommitBlockListAsync(ids, cancellationToken: cancel);
            await kept.WriteAsync(condition => kept.CopyAsync(incoming, condition, cancel), cancel);
        }
        finally
        {
            await DropAsync(incoming);
        }
    }

    /// <summary>Not the caller's to cancel, and not worth failing for.</summary>
    private static async Task DropAsync(BlockBlobClient incoming)
    {
        using var limit = new CancellationTokenSource(CleanUpLimit);
        try
        {
            await incoming.DeleteIfExistsAsync(cancellationToken: limit.Token);
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
        }
    }

    /// <summary>Asks for the container only where it is missing, so that a right to write blobs is enough where it exists.</summary>
    private async Task<T> InContainerAsync<T>(Func<Task<T>> write, CancellationToken cancel)
    {
        try
        {
            return await write();
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await _container.CreateIfNotExistsAsync(PublicAccessType.None, cancellationToken: cancel);
            return await write();
        }
    }
}
