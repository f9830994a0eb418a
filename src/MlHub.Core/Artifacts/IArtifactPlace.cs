using MlHub.Access;

namespace MlHub.Artifacts;

/// <summary>What holds files by their paths: a run, a version of a model. Every way in and out works on any of them.</summary>
public interface IArtifactPlace
{
    /// <summary>One level of the tree, folders and files by name; empty for a file or where there is nothing.</summary>
    Task<List<ArtifactEntry>> ListAsync(Caller caller, ArtifactPath folder, CancellationToken cancel);

    /// <exception cref="HubException">NotFound where there is no such file; DataLoss where its bytes are gone.</exception>
    Task<OpenedArtifact> OpenAsync(Caller caller, ArtifactPath file, CancellationToken cancel);

    /// <summary>Refuses before a body is read what <see cref="PlaceAsync"/> would refuse after it.</summary>
    /// <returns>The experiment whose quota counts, if any.</returns>
    Task<long?> RequireWritableAsync(Caller caller, ArtifactPath file, CancellationToken cancel);

    /// <summary>Writes the row that makes stored bytes visible under the path.</summary>
    Task PlaceAsync(Caller caller, ArtifactPath file, StoredBlob blob, CancellationToken cancel);

    /// <summary>Takes a file, or all of a folder, away.</summary>
    Task DeleteAsync(Caller caller, ArtifactPath path, CancellationToken cancel);
}
