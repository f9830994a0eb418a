using System.Runtime.CompilerServices;
using Azure;
using Azure.Core;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Models;

namespace MlHub.Adapters.Blobs;

/// <summary>The one container that MlHub uses, found by <c>ConnectionStrings:Blobs</c>. Opening it asks nothing of the network.</summary>
internal static class AzureContainer
{
    /// <summary>How long one request may take, body included.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <exception cref="IOException">In one sentence, which does not repeat the value: it holds a key.</exception>
    public static BlobContainerClient Open(string connectionString, string name, TimeSpan patience)
    {
        try
        {
            return new(connectionString, name, Options(patience));
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new IOException("ConnectionStrings:Blobs is not the connection string of an Azure storage account (DefaultEndpointsProtocol=https;AccountName=…;AccountKey=…).");
        }
    }

    /// <summary>Asks for the container only where it is missing, so that a right to write blobs is enough where it exists.</summary>
    public static async Task<T> EnsuredAsync<T>(this BlobContainerClient container, Func<Task<T>> write, CancellationToken cancel)
    {
        try
        {
            return await write();
        }
        catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
        {
            await container.CreateIfNotExistsAsync(PublicAccessType.None, cancellationToken: cancel);
            return await write();
        }
    }

    /// <summary>The blobs whose names begin so; none where there is no container yet.</summary>
    public static async IAsyncEnumerable<BlobItem> FoundAsync(
        this BlobContainerClient container, string prefix, BlobStates states, [EnumeratorCancellation] CancellationToken cancel)
    {
        var pages = container.GetBlobsAsync(states: states, prefix: prefix, cancellationToken: cancel).AsPages().GetAsyncEnumerator(cancel);
        await using (pages)
        {
            while (await AzureFailure.WatchAsync(NextAsync, cancel))
            {
                foreach (var blob in pages.Current.Values)
                {
                    yield return blob;
                }
            }
        }

        async Task<bool> NextAsync()
        {
            try
            {
                return await pages.MoveNextAsync();
            }
            catch (RequestFailedException e) when (e.ErrorCode == BlobErrorCode.ContainerNotFound)
            {
                return false;
            }
        }
    }

    /// <summary>Three short tries: who waits is a program that tries again itself, or a person.</summary>
    private static BlobClientOptions Options(TimeSpan patience)
    {
        var options = new BlobClientOptions();
        options.Retry.Mode = RetryMode.Exponential;
        options.Retry.MaxRetries = 2;
        options.Retry.Delay = TimeSpan.FromMilliseconds(400);
        options.Retry.MaxDelay = TimeSpan.FromSeconds(2);
        options.Retry.NetworkTimeout = patience;
        options.Diagnostics.IsTelemetryEnabled = false;
        return options;
    }
}
