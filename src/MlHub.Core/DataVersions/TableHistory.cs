using MlHub.DataVersions.Delta;

namespace MlHub.DataVersions;

/// <summary>What happened between two versions of a table: the commits that the log still has, oldest first, and how many it has no more.</summary>
/// <param name="Commits">The later version's is the last.</param>
/// <param name="Gone">Commits whose entries are cleaned up.</param>
/// <param name="From">The columns at the one version; null where they cannot be told.</param>
/// <param name="To">The columns at the other.</param>
public sealed record TableHistory(IReadOnlyList<DeltaCommit> Commits, long Gone, IReadOnlyList<DataColumn>? From, IReadOnlyList<DataColumn>? To)
{
    public long Count => Commits.Count + Gone;
}
