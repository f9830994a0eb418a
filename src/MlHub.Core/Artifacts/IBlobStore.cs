namespace MlHub.Artifacts;

/// <summary>What was stored: SHA-256 as 64 lower-case hexadecimal digits, and the number of bytes.</summary>
public readonly record struct StoredBlob(string Digest, long Size);

/// <summary>Keeps bytes under their own SHA-256; on local disk or in Azure Blob Storage.</summary>
public interface IBlobStore
{
    /// <summary>Reads <paramref name="content"/> to its end in constant memory; on return the bytes are whole and durable.</summary>
    /// <exception cref="HubException">StorageFull where the space or its reserve is used up; Unavailable where the store cannot be reached.</exception>
    Task<StoredBlob> SaveAsync(Stream content, CancellationToken cancel);

    /// <summary>Opens the bytes for reading; the stream can seek. Null where there are none.</summary>
    Task<Stream?> OpenOrNullAsync(string digest, CancellationToken cancel);
}
