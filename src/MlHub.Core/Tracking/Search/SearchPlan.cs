namespace MlHub.Tracking.Search;

/// <summary>
/// A search as the statements that answer it, to be run one after the other until a page is full. Mostly one; but where a
/// metric comes first in the order, one for those that have it as a number (straight from its index, no sorting), then those
/// where it is NaN, then those that lack it.
/// </summary>
internal sealed class SearchPlan(
    SearchSubject subject, IReadOnlyList<long>? scope, ViewType view, Filter? filter, IReadOnlyList<SearchOrder> order, Restriction? restriction = null)
{
    private const string First = "o0";

    /// <summary>The metric whose index gives the order.</summary>
    private readonly KeyedValues? _leading = order[0].Field.Field as KeyedValues is { IndexedScopeColumn: not null } metric ? metric : null;

    /// <summary>The parts of the answer in their order; null is all of it.</summary>
    public IEnumerable<SortClass?> Parts(IReadOnlyList<SortValue>? after) =>
        _leading is null
            ? [null]
            : PossibleClasses.Of(filter, order[0].Field).Where(c => after is null || c >= after[0].Class).Select(c => (SortClass?)c);

    public IReadOnlyList<OrderColumn> Columns(SortClass? part, SqlDialect dialect) =>
        [.. order.Select((o, i) => OrderColumn.Of(o, $"o{i}", i == 0 ? part : null, dialect))];

    public SqlStatement Statement(SqlDialect dialect, SortClass? part, IReadOnlyList<SortValue>? after, int rows, Condition? narrowing = null, int skip = 0)
    {
        var sql = new SqlStatement(dialect);
        var columns = Columns(part, dialect);
        sql.Add($"SELECT t.{subject.KeyColumn}");
        foreach (var selected in columns.SelectMany(c => c.Selected))
        {
            sql.Add($", {selected}");
        }

        WriteFrom(sql, part);
        JoinOthers(sql, part);
        WriteWhere(sql, part, narrowing);
        sql.Add(after is not null && (part is null || after[0].Class == part) ? $" AND {KeysetSql.After(sql, columns, after)}" : "");
        return sql.Add($" ORDER BY {string.Join(", ", columns.SelectMany(c => c.Terms))} {dialect.Limit(rows, skip)}");
    }

    /// <summary>Counts all rows, at most so many.</summary>
    public SqlStatement Count(SqlDialect dialect, int most, Condition? narrowing) => Counted(new SqlStatement(dialect), null, most, narrowing);

    public async Task<long> CountOfPartAsync(HubDb db, SortClass part, Condition? narrowing, CancellationToken cancel)
    {
        long rows = 0;
        await Counted(new SqlStatement(SqlDialect.Of(db)), part, int.MaxValue, narrowing).ReadAsync(db, row => rows = row.GetInt64(0), cancel);
        return rows;
    }

    public SqlStatement All(SqlDialect dialect, string selected, Action<SqlStatement> join)
    {
        var sql = new SqlStatement(dialect).Add($"SELECT {selected}");
        WriteFrom(sql, null);
        join(sql);
        WriteWhere(sql, null, null);
        return sql;
    }

    private SqlStatement Counted(SqlStatement sql, SortClass? part, int most, Condition? narrowing)
    {
        sql.Add(most == int.MaxValue ? "SELECT COUNT(*)" : "SELECT COUNT(*) FROM (SELECT 1 AS one");
        WriteFrom(sql, part);
        WriteWhere(sql, part, narrowing);
        return sql.Add(most == int.MaxValue ? "" : $" {sql.Dialect.LimitUnordered(most)}) counted");
    }

    private void WriteFrom(SqlStatement sql, SortClass? part)
    {
        sql.Add(part is SortClass.Value or SortClass.NaN
            ? $" FROM {_leading!.Table} {First} JOIN {subject.Table} t ON t.{subject.KeyColumn} = {First}.{_leading.OwnerColumn}"
            : $" FROM {subject.Table} t");
        sql.Add(subject.Join);
    }

    private void WriteWhere(SqlStatement sql, SortClass? part, Condition? narrowing)
    {
        var isJoined = part is SortClass.Value or SortClass.NaN;
        sql.Add(" WHERE ");
        if (part is { } @class)
        {
            RestrictTo(sql, @class);
        }
        else
        {
            sql.AddIn($"t.{subject.ScopeColumn}", scope);
            // Says nothing new, but without it SQLite sorts all rows rather than begin with the index that has the order.
            sql.Add(scope is null && order[0].Field.Field is SearchAttribute { IsIndexed: true } first ? $" AND {first.Sql} >= 0" : "");
        }

        sql.Add(view == ViewType.All ? "" : $" AND t.is_deleted = {sql.Dialect.Boolean(view == ViewType.DeletedOnly)}");
        if (restriction is not null)
        {
            sql.Add(" AND ");
            restriction.Write(sql);
        }

        if (filter is not null)
        {
            sql.Add(" AND ");
            new FilterSql(sql, subject, isJoined ? new(order[0].Field, First) : null).Write(filter);
        }

        if (narrowing is not null && !(isJoined && narrowing.Field == order[0].Field))
        {
            sql.Add($" AND t.{subject.KeyColumn} IN (");
            Narrowing.WriteRows(sql, narrowing, scope);
            sql.Add(")");
        }
    }

    private void JoinOthers(SqlStatement sql, SortClass? part)
    {
        for (var i = part is null ? 0 : 1; i < order.Count; i++)
        {
            if (order[i].Field is { Field: KeyedValues values, Key: { } key })
            {
                sql.Add($" LEFT JOIN {values.Table} o{i} ON o{i}.{values.OwnerColumn} = t.{subject.KeyColumn}");
                sql.Add($" AND {PointsSql.IsOf(sql, values, key, $"o{i}")}");
                sql.Add(values.KeepsPoints ? $" AND {PointsSql.IsLatest(sql, values, key, $"o{i}")}" : "");
            }
        }
    }

    private void RestrictTo(SqlStatement sql, SortClass part)
    {
        if (part == SortClass.Missing)
        {
            sql.AddIn($"t.{subject.ScopeColumn}", scope).Add(" AND ");
            new FilterSql(sql, subject, null).Write(new IsNull(order[0].Field, Negated: false));
            return;
        }

        sql.AddIn($"{First}.{_leading!.IndexedScopeColumn}", scope);
        sql.Add($" AND {sql.Dialect.Same($"{First}.{_leading.KeyColumn}", sql.Parameter(order[0].Field.Key!))} AND ");
        sql.Add(part == SortClass.Value ? ConditionSql.IsNumber(First) : ConditionSql.OnMetric(sql, new IsNaN(order[0].Field, Negated: false), First));
    }
}
