namespace MlHub.Tracking.Search;

/// <summary>
/// Writes "comes after this row in the order". Unlike an offset, it neither skips nor repeats a row when others are added,
/// and an index starts right there.
/// </summary>
internal static class KeysetSql
{
    public static string After(SqlStatement sql, IReadOnlyList<OrderColumn> columns, IReadOnlyList<SortValue> row)
    {
        var after = After(sql, columns, row, 0);
        // Implied, but an index range only where it stands alone.
        var first = columns.TakeWhile(c => !c.HasValues).Count();
        return columns[first].ClassSql is null
            ? $"{columns[first].ValueSql} {(columns[first].Order.Descending ? "<=" : ">=")} {sql.Parameter(row[first].Value!)} AND {after}"
            : after;
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
