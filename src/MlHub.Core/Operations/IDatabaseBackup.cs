using MlHub.Artifacts;

namespace MlHub.Operations;

/// <summary>
/// The rows of one table. The digest is the exclusive or of the SHA-256 of all rows, so that it is the same in whatever order
/// they lie; no two rows are equal, as every table has a key.
/// </summary>
public sealed record TableContent(long Rows, string Digest);

/// <summary>All of a database at one moment.</summary>
/// <param name="Migration">The newest migration that was applied.</param>
/// <param name="Blobs">What the rows point at in the blob store, each once.</param>
public sealed record DatabaseContent(string Migration, SortedDictionary<string, TableContent> Tables, IReadOnlyList<StoredBlob> Blobs);

/// <summary>Copies a database into one file, beside a running hub, and brings it back.</summary>
public interface IDatabaseBackup
{
    /// <summary>What the copy is called in a backup.</summary>
    string FileName { get; }

    /// <summary>Writes a checked copy of one moment to a file that does not exist yet.</summary>
    /// <exception cref="IOException">In one sentence: the database is damaged or cannot be copied.</exception>
    Task<DatabaseContent> SaveAsync(string file, CancellationToken cancel);

    /// <exception cref="IOException">In one sentence: there are rows already.</exception>
    Task RequireEmptyAsync(CancellationToken cancel);

    /// <summary>Makes the copy the database, all of it or nothing. The file may be moved away.</summary>
    /// <exception cref="IOException">In one sentence.</exception>
    Task RestoreAsync(string file, CancellationToken cancel);
}
