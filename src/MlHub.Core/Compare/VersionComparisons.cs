using MlHub.Access;
using MlHub.Artifacts;
using MlHub.Registry;

namespace MlHub.Compare;

/// <summary>Lays two versions side by side.</summary>
public sealed class VersionComparisons(HubDbFactory hub, IBlobStore blobs)
{
    public Task<VersionComparison> CompareAsync(Caller caller, VersionKey candidate, VersionKey baseline, CancellationToken cancel) =>
        throw new NotImplementedException($"{hub} {blobs}");
}
