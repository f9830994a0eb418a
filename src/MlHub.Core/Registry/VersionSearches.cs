using MlHub.Access;
using MlHub.Tracking.Search;

namespace MlHub.Registry;

/// <summary>What somebody looks for among the versions of all models, page by page.</summary>
public sealed record VersionSearch(string? Filter = null, long? MaxResults = null, IReadOnlyList<string>? OrderBy = null, string? PageToken = null);

/// <summary>Finds versions on somebody's behalf. Those of models that they may not read are not found.</summary>
public sealed class VersionSearches(HubDbFactory hub)
{
    /// <exception cref="HubException">Invalid where the filter, the order, the number of results or the page token is wrong.</exception>
    public async Task<Page<VersionDetails>> SearchAsync(Caller caller, VersionSearch search, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var size = KeySearch.PageSize(search.MaxResults, Limits.SearchVersionsDefault, Limits.SearchVersionsMax);
        var reach = await ModelReach.ReadAsync(db, caller, cancel);
        var ids = await new KeySearch(RegistrySubjects.ModelVersions, reach.Readable, [], search.Filter, ViewType.All, search.OrderBy, search.PageToken)
            .PageAsync(db, size, cancel);
        return new(await RegistryReader.VersionsAsync(db, reach, ids.Items, cancel), ids.NextPageToken);
    }
}
