using Azure.Storage.Blobs;
using MlHub.DataVersions;

namespace MlHub.Adapters.DataVersions;

/// <summary>A container of Azure Blob Storage, or a folder in it, below which MlHub may read tables' logs, with the account of <c>ConnectionStrings:Blobs</c>.</summary>
internal sealed class AzureRoot : IDataFolders
{
    private readonly BlobContainerClient _container;
    private readonly BlobUriBuilder _root;

    /// <exception cref="IOException">The address is none of the account's containers.</exception>
    public AzureRoot(string address, BlobServiceClient account)
    {
        _root = AddressOrNull(address) is { BlobContainerName.Length: > 0 } root && IsOf(root, new(account.Uri))
            ? root
            : throw new IOException("is no container of the storage account that ConnectionStrings:Blobs names");
        _container = account.GetBlobContainerClient(_root.BlobContainerName);
    }

    public ITableFolder? OpenOrNull(string location) =>
        AddressOrNull(location) is { } address && IsOf(address, _root) && address.BlobContainerName == _root.BlobContainerName && IsBelow(address.BlobName.TrimEnd('/'))
            ? new AzureFolder(_container, address.BlobName.TrimEnd('/'), _root.BlobName.TrimEnd('/'))
            : null;

    /// <summary>Accounts are told by their whole host: two of them may have one name in different clouds.</summary>
    private static bool IsOf(BlobUriBuilder one, BlobUriBuilder other) =>
        (one.Scheme, one.Host, one.Port, one.AccountName) == (other.Scheme, other.Host, other.Port, other.AccountName);

    private bool IsBelow(string name) => _root.BlobName.TrimEnd('/') is var root && (root.Length == 0 || name == root || name.StartsWith(root + "/", StringComparison.Ordinal));

    /// <summary>As https writes it, or as Spark does: <c>abfss://container@account.dfs.core.windows.net/path</c>. Null for what is no such address.</summary>
    private static BlobUriBuilder? AddressOrNull(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Query.Length > 0 || uri.Fragment.Length > 0)
        {
            return null;
        }

        if (uri.Scheme is "abfss" or "abfs" or "wasbs" or "wasb")
        {
            return uri.UserInfo.Length > 0 && Uri.TryCreate($"https://{Blob(uri.Host)}/{uri.UserInfo}{uri.AbsolutePath}", UriKind.Absolute, out var https) ? new(https) : null;
        }

        return uri.Scheme is "https" or "http" && uri.UserInfo.Length == 0 ? new(new UriBuilder(uri) { Host = Blob(uri.Host) }.Uri) : null;
    }

    private static string Blob(string host) => host.Replace(".dfs.", ".blob.", StringComparison.OrdinalIgnoreCase);
}
