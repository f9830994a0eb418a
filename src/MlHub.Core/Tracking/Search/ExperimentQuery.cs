namespace MlHub.Tracking.Search;

/// <summary>Finds experiments, in the same language as runs.</summary>
public static class ExperimentQuery
{
    /// <summary>The ids of one page of experiments, in order: the newest first where nothing else is asked for.</summary>
    /// <param name="db">Where to look.</param>
    /// <param name="readable">The experiments that the caller may read, already checked: no other is found.</param>
    /// <param name="search">What to look for.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="HubException">Invalid where the filter, the order, the number of results or the page token is wrong.</exception>
    public static Task<Page<long>> PageAsync(HubDb db, IReadOnlyList<long> readable, ExperimentSearch search, CancellationToken cancel)
    {
        var size = KeySearch.PageSize(search.MaxResults, Limits.SearchExperimentsDefault, Limits.SearchExperimentsMax);
        return new KeySearch(SearchSubjects.Experiments, readable, [], search.Filter, search.ViewType, search.OrderBy, search.PageToken)
            .PageAsync(db, size, cancel);
    }
}
