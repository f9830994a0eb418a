namespace MlHub.Tracking.Search;

/// <summary>What somebody looks for among the runs of some experiments, page by page.</summary>
public sealed record RunSearch(
    IReadOnlyList<long> ExperimentIds,
    string? Filter = null,
    ViewType ViewType = ViewType.ActiveOnly,
    int? MaxResults = null,
    IReadOnlyList<string>? OrderBy = null,
    string? PageToken = null);
