using Azure.Storage.Blobs;
using MlHub.DataVersions;

namespace MlHub.Adapters.DataVersions;

/// <summary>The directories and containers of <c>MlHub:DataSources:Roots</c>. With none of them, nothing is ever read.</summary>
public sealed class DataFolders : IDataFolders
{
    private readonly IReadOnlyList<IDataFolders> _roots;

    /// <param name="roots">Absolute directories, and addresses of containers, maybe with a folder.</param>
    /// <param name="blobConnection">The account that the containers are of; null where none is set up.</param>
    /// <param name="ownData">MlHub's own data directory, which must be apart from every root: its keys are nobody's data.</param>
    /// <exception cref="IOException">A root cannot be one; the message says why and can be read after its value.</exception>
    public DataFolders(IReadOnlyList<string> roots, string? blobConnection, string ownData) => _roots = [.. roots.Select(r => Root(r, blobConnection, ownData))];

    public ITableFolder? OpenOrNull(string location) => _roots.Select(r => r.OpenOrNull(location)).FirstOrDefault(f => f is not null);

    private static IDataFolders Root(string root, string? blobConnection, string ownData)
    {
        if (Uri.TryCreate(root, UriKind.Absolute, out var address) && !address.IsFile)
        {
            return blobConnection is null
                ? throw new IOException("needs the storage account of ConnectionStrings:Blobs, which is not set")
                : new AzureRoot(root, Account(blobConnection));
        }

        if (!Path.IsPathFullyQualified(root))
        {
            throw new IOException("is neither an absolute directory nor the address of a container");
        }

        var (real, own) = (RealPath.OrNull(root), RealPath.OrNull(Path.GetFullPath(ownData)));
        return real is null || own is null || RealPath.IsWithin(real, own) || RealPath.IsWithin(own, real)
            ? throw new IOException("holds, or lies in, MlHub's own data directory")
            : new LocalRoot(root);
    }

    private static BlobServiceClient Account(string connection)
    {
        try
        {
            return new(connection);
        }
        catch (Exception e) when (e is FormatException or ArgumentException or InvalidOperationException)
        {
            throw new IOException("cannot be reached: ConnectionStrings:Blobs is not the connection string of an Azure storage account");
        }
    }
}
