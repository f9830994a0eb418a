namespace MlHub.Tracking.Search;

/// <summary>How a row stands in one column of an order: those that have a number or text come first, in both directions.</summary>
internal enum SortClass
{
    Value = 0,
    NaN = 1,
    Missing = 2,
}

/// <summary>Where a row stands in one column of an order; the value is a long, double or text where the class is Value.</summary>
internal readonly record struct SortValue(SortClass Class, object? Value);

/// <summary>One column of an order as SQL. <paramref name="ClassSql"/> is null where all rows of the statement are of one class.</summary>
internal sealed record OrderColumn(SearchOrder Order, SortClass OnlyClass, string? ClassSql, string ValueSql)
{
    /// <summary>Whether a value is compared within the class.</summary>
    public bool HasValues => ClassSql is not null || OnlyClass == SortClass.Value;

    public IEnumerable<string> Selected => Parts(ClassSql, HasValues ? ValueSql : null);

    public IEnumerable<string> Terms => Parts(ClassSql, HasValues ? $"{ValueSql}{(Order.Descending ? " DESC" : "")}" : null);

    /// <summary>A column of the statement's own <paramref name="alias"/> or of the row <c>t</c>.</summary>
    public static OrderColumn Of(SearchOrder order, string alias, SortClass? only, SqlDialect dialect)
    {
        var (value, @class) = order.Field.Field switch
        {
            SearchAttribute { Nullable: false } a => (a.Sql, null),
            SearchAttribute a => (a.Sql, $"CASE WHEN {a.Sql} IS NULL THEN 2 ELSE 0 END"),
            KeyedValues { Type: FieldType.Metric } => ($"{alias}.value", $"CASE WHEN {alias}.value IS NULL THEN 2 WHEN {alias}.kind = 1 THEN 1 ELSE 0 END"),
            _ => ($"{alias}.value", $"CASE WHEN {alias}.value IS NULL THEN 2 ELSE 0 END"),
        };
        var sorted = order.Field.Field.Type == FieldType.Text ? dialect.Sorted(value) : value;
        return new(order, only ?? SortClass.Value, only is null ? @class : null, sorted);
    }

    private static IEnumerable<string> Parts(params IEnumerable<string?> parts) => parts.OfType<string>();
}
