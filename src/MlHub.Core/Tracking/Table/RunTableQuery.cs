using MlHub.Tracking.Search;

namespace MlHub.Tracking.Table;

/// <summary>Which runs of an experiment a table shows, and in which order.</summary>
/// <param name="ExperimentId">Whose runs.</param>
/// <param name="Filter">In the search language.</param>
/// <param name="OrderBy">One term of it: <c>metrics.loss DESC</c>.</param>
/// <param name="Deleted">Those that wait for being restored, in place of the active ones.</param>
/// <param name="Below">Only the runs that lie directly in this one.</param>
/// <param name="Outermost">Only runs that lie in no other.</param>
public sealed record RunTableQuery(long ExperimentId, string? Filter = null, string? OrderBy = null, bool Deleted = false, string? Below = null, bool Outermost = false)
{
    internal KeySearch Search(string? pageToken = null) => new(
        SearchSubjects.Runs, [ExperimentId], [ExperimentId], Filter, Deleted ? ViewType.DeletedOnly : ViewType.ActiveOnly,
        OrderBy is null ? [] : OrderByParser.Parse([OrderBy], SearchSubjects.Runs), pageToken,
        Below is { } parent ? Nesting.Below(parent) : Outermost ? Nesting.Outermost : null);
}

/// <summary>A piece of the table: rows from a place on, and of the columns those that are in sight.</summary>
/// <param name="Rows">How many rows.</param>
/// <param name="Columns">What is read of each.</param>
/// <param name="Skip">How many rows lie before; a jump goes through all of them.</param>
/// <param name="PageToken">The end of the piece before, in place of <paramref name="Skip"/>: costs the same however far down it is.</param>
/// <param name="Sparklines">Whether the courses of the metrics are read too.</param>
public sealed record RunWindow(int Rows, IReadOnlyList<ShownColumn> Columns, int Skip = 0, string? PageToken = null, bool Sparklines = false);
