using MlHub.Tracking.Search;

namespace MlHub.LoggedModels;

/// <summary>One field of an order; a metric may be that of certain data only.</summary>
public sealed record LoggedModelOrder(string FieldName, bool Ascending = true, string? DatasetName = null, string? DatasetDigest = null);

/// <summary>What somebody looks for among the logged models of experiments, page by page.</summary>
public sealed record LoggedModelSearch(
    IReadOnlyList<long> ExperimentIds,
    string? Filter = null,
    long? MaxResults = null,
    IReadOnlyList<LoggedModelOrder>? OrderBy = null,
    string? PageToken = null)
{
    /// <summary>Where it is not empty, metrics count only if they were measured on one of these data.</summary>
    public IReadOnlyList<MeasuredOn> Datasets { get; init; } = [];
}
