namespace MlHub.Artifacts;

/// <summary>What was stored: SHA-256 as 64 lower-case hexadecimal digits, and the number of bytes.</summary>
public readonly record struct StoredBlob(string Digest, long Size);

/// <summary>Keeps bytes under their own SHA-256; on local disk or in Azure Blob Storage.</summary>
public interface IBlobStore
{
    /// <summary>
    /// Reads <paramref name="content"/> to its end in constant memory; on return the bytes are whole and durable, and count as saved
    /// now even where they were there before.
    /// </summary>
    /// <exception cref="HubException">StorageFull where the space or its reserve is used up; Unavailable where the store cannot be reached or written.</exception>
    Task<StoredBlob> SaveAsync(Stream content, CancellationToken cancel);

    /// <summary>Opens the bytes for reading; the stream can seek. Null where there are none.</summary>
    Task<Stream?> OpenOrNullAsync(string digest, CancellationToken cancel);

    /// <summary>The blobs that nobody has saved since then, in any order.</summary>
    IAsyncEnumerable<StoredBlob> ListIdleAsync(DateTimeOffset since, CancellationToken cancel);

    /// <summary>
    /// Removes a blob unless somebody has saved it since then. Whoever saves the same bytes at this very moment has either made
    /// this do nothing or stores them anew.
    /// </summary>
    Task<bool> DeleteIdleAsync(string digest, DateTimeOffset since, CancellationToken cancel);

    /// <summary>Takes a blob whose bytes have changed out of reach, kept for whoever looks for the cause. The same bytes can be saved again.</summary>
    Task SetAsideAsync(string digest, CancellationToken cancel);

    /// <summary>Removes what uploads left behind that have not moved since then.</summary>
    Task SweepUploadsAsync(DateTimeOffset since, CancellationToken cancel);

    /// <summary>A store beside this one for the parts of one upload, made by its first part. The id is 32 lower-case hexadecimal digits.</summary>
    IBlobStore PartsOf(string uploadId);

    /// <summary>Removes all that <see cref="PartsOf"/> holds.</summary>
    Task DeletePartsAsync(string uploadId, CancellationToken cancel);
}
