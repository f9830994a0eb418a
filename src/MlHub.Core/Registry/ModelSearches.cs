using MlHub.Access;
using MlHub.Tracking.Search;

namespace MlHub.Registry;

/// <summary>What somebody looks for among the registered models, page by page.</summary>
public sealed record ModelSearch(string? Filter = null, long? MaxResults = null, IReadOnlyList<string>? OrderBy = null, string? PageToken = null);

/// <summary>Finds registered models on somebody's behalf. What they may not read is not found.</summary>
public sealed class ModelSearches(HubDbFactory hub)
{
    /// <exception cref="HubException">Invalid where the filter, the order, the number of results or the page token is wrong.</exception>
    public async Task<Page<ModelDetails>> SearchAsync(Caller caller, ModelSearch search, CancellationToken cancel)
    {
        await using var db = hub.Open();
        var size = KeySearch.PageSize(search.MaxResults, Limits.SearchModelsDefault, Limits.SearchModelsMax);
        var reach = await ModelReach.ReadAsync(db, caller, cancel);
        var ids = await new KeySearch(RegistrySubjects.Models, reach.Readable, [], search.Filter, ViewType.All, search.OrderBy, search.PageToken)
            .PageAsync(db, size, cancel);
        return new(await RegistryReader.ModelsAsync(db, reach, ids.Items, cancel), ids.NextPageToken);
    }
}
