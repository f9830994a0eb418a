using System.Text;
using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;

namespace MlHub.Adapters.Blobs;

/// <summary>A content under way, under a random name until its digest is known.</summary>
internal sealed class IncomingBlob(BlobContainerClient container, string name)
{
    private const int MostBlocks = 50_000;

    private static readonly TimeSpan CleanUpLimit = TimeSpan.FromSeconds(5);

    private readonly BlockBlobClient _client = container.GetBlockBlobClient(name);
    private readonly List<string> _ids = [];

    public IncomingBlob(BlobContainerClient container)
        : this(container, $"{BlobName.Incoming}/{Guid.NewGuid():N}")
    {
    }

    public async Task StageAsync(BlockReader blocks, CancellationToken cancel)
    {
        for (; ; await blocks.ReadAsync(cancel))
        {
            if (_ids.Count == MostBlocks)
            {
                throw HubException.Invalid($"The artifact store takes files of at most {(long)MostBlocks * AzureBlobStore.BlockBytes >> 30} GiB.");
            }

            _ids.Add(Convert.ToBase64String(Encoding.ASCII.GetBytes($"{_ids.Count:D6}")));
            await AzureFailure.WatchAsync(
                () => container.EnsuredAsync(() => _client.StageBlockAsync(_ids[^1], blocks.OpenBlock(), cancellationToken: cancel), cancel), cancel);
            if (blocks.IsLast)
            {
                return;
            }
        }
    }

    /// <summary>Makes one blob of the blocks, and has the server copy it to where it is kept.</summary>
    public async Task MoveAsync(KeptBlob kept, CancellationToken cancel)
    {
        await _client.CommitBlockListAsync(_ids, cancellationToken: cancel);
        await kept.WriteAsync(condition => kept.CopyAsync(_client, condition, cancel), cancel);
    }

    /// <summary>Not the caller's to cancel, and not worth failing for.</summary>
    public async Task DropAsync()
    {
        using var limit = new CancellationTokenSource(CleanUpLimit);
        try
        {
            if (!await _client.DeleteIfExistsAsync(cancellationToken: limit.Token))
            {
                // Blocks without a blob cannot be deleted and would be paid for during a week; an empty blob takes their place.
                await _client.UploadAsync(Stream.Null, cancellationToken: limit.Token);
                await _client.DeleteAsync(cancellationToken: limit.Token);
            }
        }
        catch (Exception e) when (e is RequestFailedException or AggregateException or OperationCanceledException)
        {
        }
    }
}
