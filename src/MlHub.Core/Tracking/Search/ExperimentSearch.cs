namespace MlHub.Tracking.Search;

/// <summary>What somebody looks for among the experiments, page by page.</summary>
public sealed record ExperimentSearch(
    string? Filter = null,
    ViewType ViewType = ViewType.ActiveOnly,
    long? MaxResults = null,
    IReadOnlyList<string>? OrderBy = null,
    string? PageToken = null);
