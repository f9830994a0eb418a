namespace MlHub.Tracking.Search;

/// <summary>
/// Writes "comes after this row in the order". Unlike an offset, it neither skips nor repeats a row when others are added,
/// and an index starts right there.
/// </summary>
internal static class KeysetSql
{
    public static string After(SqlStatement sql, IReadOnlyList<OrderColumn> columns, IReadOnlyList<SortValue> row)
    {
        var first = columns.TakeWhile(c => !c.HasValues).Count();
        var (column, here) = (columns[first], row[first].Value);
        if (column.ClassSql is not null)
        {
            return After(sql, columns, row, first);
        }

        // An index range on its own, then "another or", in which SQLite sees nothing to look up twice and sort.
        var parameter = sql.Parameter(here!);
        var (upTo, beyond) = column.Order.Descending ? ("<=", "<") : (">=", ">");
        return first + 1 == columns.Count
            ? $"{column.ValueSql} {beyond} {parameter}"
            : $"{column.ValueSql} {upTo} {parameter} AND ({column.ValueSql} <> {parameter} OR {After(sql, columns, row, first + 1)})";
    }

    private static string After(SqlStatement sql, IReadOnlyList<OrderColumn> columns, IReadOnlyList<SortValue> row, int at)
    {
        var (column, here) = (columns[at], row[at]);
        // The last column is unique, so that only this very row equals it.
        var equal = at + 1 < columns.Count ? After(sql, columns, row, at + 1) : null;
        if (here.Value is { } value)
        {
            var parameter = sql.Parameter(value);
            var beyond = $"{column.ValueSql} {(column.Order.Descending ? "<" : ">")} {parameter}";
            equal = equal is null ? beyond : $"({beyond} OR ({column.ValueSql} = {parameter} AND {equal}))";
        }

        return column.ClassSql is null ? equal! : $"({column.ClassSql} > {(int)here.Class} OR ({column.ClassSql} = {(int)here.Class} AND {equal}))";
    }
}
