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
        if (at == columns.Count)
        {
            return "1 = 0";
        }

        var (column, here) = (columns[at], row[at]);
        var equal = After(sql, columns, row, at + 1);
        if (here.Value is { } value)
        {
            var parameter = sql.Parameter(value);
            equal = $"({column.ValueSql} {(column.Order.Descending ? "<" : ">")} {parameter} OR ({column.ValueSql} = {parameter} AND {equal}))";
        }

        return column.ClassSql is null ? equal : $"({column.ClassSql} > {(int)here.Class} OR ({column.ClassSql} = {(int)here.Class} AND {equal}))";
    }
}
