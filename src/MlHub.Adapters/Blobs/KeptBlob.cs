using Azure;
using Azure.Storage.Blobs.Models;
using Azure.Storage.Blobs.Specialized;

namespace MlHub.Adapters.Blobs;

/// <summary>The place of one content in the container, which several uploads of that content may want to fill at once.</summary>
internal sealed class KeptBlob(BlockBlobClient client, long size)
{
    private const int Tries = 10;

    private static readonly TimeSpan CopyPoll = TimeSpan.FromMilliseconds(200);

    public BlockBlobClient Client => client;

    /// <summary>Whether the content is there already; it then counts as saved now, so that no sweep takes it as forgotten.</summary>
    public async Task<bool> IsKeptAgainAsync(CancellationToken cancel)
    {
        for (var tries = 0; tries < Tries; tries++)
        {
            if (await FindOrNullAsync(cancel) is not { } found || !IsWhole(found))
            {
                return false;
            }

            if (await IsRefreshedAsync(found, cancel))
            {
                return true;
            }
        }

        throw AzureFailure.Away("a conflict");
    }

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
                if (found is not null && IsWhole(found) && await IsRefreshedAsync(found, cancel))
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
        if (!IsWhole(await FindOrNullAsync(cancel)))
        {
            throw AzureFailure.Away("a copy failed");
        }
    }

    private bool IsWhole(BlobProperties? found) =>
        found is { BlobCopyStatus: null or CopyStatus.Success } && found.ContentLength == size;

    /// <summary>Makes the blob's time now. False where it was removed, or is being replaced, since it was looked at.</summary>
    private async Task<bool> IsRefreshedAsync(BlobProperties found, CancellationToken cancel)
    {
        try
        {
            await Client.SetMetadataAsync(new Dictionary<string, string>(), new() { IfMatch = found.ETag }, cancel);
            return true;
        }
        catch (RequestFailedException e) when (e.Status is 404 or 409 or 412)
        {
            // Changed meanwhile means that somebody else has saved it just now.
            return e.Status == 412;
        }
    }

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
