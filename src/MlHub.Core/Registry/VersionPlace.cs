using MlHub.Access;
using MlHub.Artifacts;

namespace MlHub.Registry;

/// <summary>The files of one model version. They can be written while it is being uploaded, and are frozen afterwards.</summary>
internal sealed class VersionPlace(VersionFiles files, VersionUploads uploads, Func<Caller, Task<VersionKey>> find) : IArtifactPlace
{
    public async Task<List<ArtifactEntry>> ListAsync(Caller caller, ArtifactPath folder, CancellationToken cancel) =>
        await files.ListAsync(caller, await find(caller), folder, cancel);

    public async Task<OpenedArtifact> OpenAsync(Caller caller, ArtifactPath file, CancellationToken cancel) =>
        await files.OpenAsync(caller, await find(caller), file, cancel);

    public async Task<long?> RequireWritableAsync(Caller caller, ArtifactPath file, CancellationToken cancel)
    {
        await uploads.RequirePendingAsync(caller, await find(caller), file, cancel);
        return null;
    }

    public async Task PlaceAsync(Caller caller, ArtifactPath file, StoredBlob blob, CancellationToken cancel) =>
        await uploads.PlaceAsync(caller, await find(caller), file, blob, cancel);

    public async Task DeleteAsync(Caller caller, ArtifactPath path, CancellationToken cancel) =>
        throw HubException.Conflict($"The files of {await find(caller)} are frozen.");
}
