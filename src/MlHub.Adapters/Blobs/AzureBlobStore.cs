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
            var kept = new KeptBlob(_container, blob);
            return await AzureFailure.WatchAsync(
                async () =>
                {
                    if (!await kept.IsWholeAsync(cancel))
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
}
