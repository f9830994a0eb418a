using Azure;
using Azure.Storage.Blobs;
using MlHub.Adapters.Blobs;
using MlHub.DataVersions;

namespace MlHub.Adapters.DataVersions;

/// <summary>A table's folder in Azure Blob Storage.</summary>
internal sealed class AzureFolder(BlobContainerClient container, string folder, string root) : ITableFolder
{
    private const int MostListed = 200_000;

    public Task<IReadOnlyList<(string Name, long Size)>> ListAsync(string path, int most, CancellationToken cancel) => AzureFailure.WatchAsync<IReadOnlyList<(string, long)>>(
        async () =>
        {
            List<(string, long)> files = [];
            var prefix = $"{folder}/{path}/".TrimStart('/');
            await foreach (var found in FoundAsync(container.GetBlobsByHierarchyAsync(delimiter: "/", prefix: prefix, cancellationToken: cancel), cancel))
            {
                if (found.IsBlob)
                {
                    files.Add((found.Blob.Name[prefix.Length..], found.Blob.Properties.ContentLength ?? 0));
                }

                if (files.Count == most)
                {
                    break;
                }
            }

            return files;
        },
        cancel);

    public Task<byte[]?> ReadOrNullAsync(string path, long most, CancellationToken cancel) => AzureFailure.WatchAsync(
        async () =>
        {
            if (NameOrNull(path) is not { } name)
            {
                return null;
            }

            try
            {
                var blob = container.GetBlobClient(name);
                var length = (await blob.GetPropertiesAsync(cancellationToken: cancel)).Value.ContentLength;
                return length is 0 || length > most ? null : (await blob.DownloadContentAsync(cancel)).Value.Content.ToArray();
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return null;
            }
        },
        cancel);

    /// <summary>One listing rather than a question for each file.</summary>
    /// <exception cref="IOException">The folder holds more than can be listed.</exception>
    public Task<int> CountMissingAsync(IReadOnlyList<string> paths, CancellationToken cancel) => AzureFailure.WatchAsync(
        async () =>
        {
            HashSet<string> names = [];
            await foreach (var found in FoundAsync(container.GetBlobsAsync(prefix: $"{folder}/".TrimStart('/'), cancellationToken: cancel), cancel))
            {
                names.Add(found.Name);
                if (names.Count > MostListed)
                {
                    throw new HubException(HubError.Unavailable, "The table's folder holds more files than MlHub lists.");
                }
            }

            return paths.Count(p => NameOrNull(p) is not { } name || !names.Contains(name));
        },
        cancel);

    /// <summary>Nothing where there is no such container.</summary>
    private static async IAsyncEnumerable<T> FoundAsync<T>(AsyncPageable<T> found, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancel)
        where T : notnull
    {
        var items = found.GetAsyncEnumerator(cancel);
        await using (items)
        {
            while (await NextAsync(items))
            {
                yield return items.Current;
            }
        }

        static async Task<bool> NextAsync(IAsyncEnumerator<T> items)
        {
            try
            {
                return await items.MoveNextAsync();
            }
            catch (RequestFailedException e) when (e.Status == 404)
            {
                return false;
            }
        }
    }

    /// <summary>Names of blobs have no dots that lead up, but the service's addresses do.</summary>
    private string? NameOrNull(string path)
    {
        var name = $"{folder}/{path}".TrimStart('/');
        return name.Split('/').Any(p => p is "" or "." or "..") || (root.Length > 0 && !name.StartsWith(root + "/", StringComparison.Ordinal)) ? null : name;
    }
}
