using Azure;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;
using MlHub.Artifacts;

namespace MlHub.Adapters.Blobs;

/// <summary>The place of one content in the container, which several uploads of that content may want to fill at once.</summary>
internal sealed class KeptBlob(BlobContainerClient container, StoredBlob blob)
{
    private const int Tries = 3;

    private static readonly TimeSpan CopyPoll = TimeSpan.FromMilliseconds(200);

    public BlockBlobClient Client { get; } = container.GetBlockBlobClient(BlobName.Of(blob.Digest));

    public async Task<bool> IsWholeAsync(CancellationToken cancel) => IsWhole(await FindOrNullAsync(cancel));

    /// <summary>Writes unless the content is there already; a copy of it that once failed is replaced.</summary>
    public async Task WriteAsync(Func<BlobRequestConditions, Task> write, CancellationToken cancel)
    {
        var condition = new BlobRequestConditions { IfNoneMatch = ETag.All };
        for (var tries = 0; tries < Tries; tries++)
        {
            try
            {
                await write(condition);
                return;
            }
            catch (RequestFailedException e) when (e.Status is 409 or 412)
            {
                var found = await FindOrNullAsync(cancel);
                if (IsWhole(found))
                {
                    return;
                }

                condition = found is null ? new() { IfNoneMatch = ETag.All } : new() { IfMatch = found.ETag };
            }
        }

        throw AzureFailure.Away("a conflict");
    }

    /// <summary>Has the server copy; it may answer before it has done so.</summary>
    public async Task CopyAsync(BlockBlobClient from, BlobRequestConditions condition, CancellationToken cancel)
    {
        await Client.StartCopyFromUriAsync(from.Uri, new BlobCopyFromUriOptions { DestinationConditions = condition }, cancel);
        if (!await IsWholeAsync(cancel))
        {
            throw AzureFailure.Away("a copy failed");
        }
    }

    private bool IsWhole(BlobProperties? found) =>
        found is { BlobCopyStatus: null or CopyStatus.Success } && found.ContentLength == blob.Size;

    /// <summary>Waits for a copy under way, this upload's or another's.</summary>
    private async Task<BlobProperties?> FindOrNullAsync(CancellationToken cancel)
    {
        try
        {
            while (true)
            {
                BlobProperties found = await Client.GetPropertiesAsync(cancellationToken: cancel);
                if (found.BlobCopyStatus != CopyStatus.Pending)
                {
                    return found;
                }

                await Task.Delay(CopyPoll, cancel);
            }
        }
        catch (RequestFailedException e) when (e.Status == 404)
        {
            return null;
        }
    }
}
