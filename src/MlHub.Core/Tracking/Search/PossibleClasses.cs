namespace MlHub.Tracking.Search;

/// <summary>What a filter tells of the metric that an answer is ordered by: <c>metrics.acc &gt; 0.9</c> leaves only those that have it.</summary>
internal static class PossibleClasses
{
    private static readonly SortClass[] All = [SortClass.Value, SortClass.NaN, SortClass.Missing];

    public static IEnumerable<SortClass> Of(Filter? filter, FieldReference metric) =>
        filter is null ? All : filter.AllOf.Aggregate(All.AsEnumerable(), (possible, f) => possible.Intersect(OfOne(f, metric)));

    private static SortClass[] OfOne(Filter filter, FieldReference metric) => filter switch
    {
        Condition condition when condition.Field != metric => All,
        IsNull { Negated: false } => [SortClass.Missing],
        IsNull => [SortClass.Value, SortClass.NaN],
        IsNaN { Negated: false } => [SortClass.NaN],
        NumberComparison { Operator: NumberOperator.NotEqual } => [SortClass.Value, SortClass.NaN],
        Condition => [SortClass.Value],
        _ => All,
    };
}
