namespace MlHub.Tracking.Search;

/// <summary>Finds runs. Their contents are read by <see cref="RunReader"/>.</summary>
public static class RunQuery
{
    /// <summary>
    /// The keys (<see cref="Run.Key"/>) of one page of runs, in order. The next page token neither skips nor repeats a run
    /// while others are added.
    /// </summary>
    /// <param name="db">Where to look.</param>
    /// <param name="readable">Those of the asked experiments that the caller may read, already checked: no run of another is found.</param>
    /// <param name="search">What to look for.</param>
    /// <param name="cancel">Ends the reading.</param>
    /// <exception cref="HubException">Invalid where the filter, the order, the number of results or the page token is wrong.</exception>
    public static Task<Page<long>> PageAsync(HubDb db, IReadOnlyList<long> readable, RunSearch search, CancellationToken cancel)
    {
        var size = KeySearch.PageSize(search.MaxResults, Limits.SearchRunsDefault, Limits.SearchRunsMax);
        return new KeySearch(SearchSubjects.Runs, readable, search.ExperimentIds, search.Filter, search.ViewType, search.OrderBy, search.PageToken)
            .PageAsync(db, size, cancel);
    }
}
