namespace MlHub.Tracking.Search;

/// <summary>
/// A condition that few rows meet, by an index that finds them at once. SQLite knows no frequencies and would ask every row;
/// the servers' planners find such a condition themselves.
/// </summary>
internal static class Narrowing
{
    /// <summary>With more, going through the rows in order soon fills a page.</summary>
    private const int Few = 2000;

    private const int Probes = 4;

    public static async Task<Condition?> FindOrNullAsync(HubDb db, Filter? filter, IReadOnlyList<long>? scope, CancellationToken cancel)
    {
        var dialect = SqlDialect.Of(db);
        if (!dialect.IsInProcess || filter is null)
        {
            return null;
        }

        foreach (var condition in filter.AllOf.OfType<Condition>().Where(IsIndexed).Take(Probes))
        {
            var sql = new SqlStatement(dialect).Add("SELECT COUNT(*) FROM (");
            WriteRows(sql, condition, scope, "1");
            sql.Add($" {dialect.Limit(Few)}) few");
            long found = Few;
            await sql.ReadAsync(db, row => found = row.GetInt64(0), cancel);
            if (found < Few)
            {
                return condition;
            }
        }

        return null;
    }

    /// <summary>The rows that meet the condition, straight from its index.</summary>
    public static void WriteRows(SqlStatement sql, Condition condition, IReadOnlyList<long>? scope, string? selected = null)
    {
        var values = (KeyedValues)condition.Field.Field;
        sql.Add($"SELECT {selected ?? $"x.{values.OwnerColumn}"} FROM {values.Table} x WHERE ").AddIn($"x.{values.IndexedScopeColumn}", scope);
        sql.Add($" AND {sql.Dialect.Same($"x.{values.KeyColumn}", sql.Parameter(condition.Field.Key!))} AND {ConditionSql.OnMetric(sql, condition, "x")}");
    }

    private static bool IsIndexed(Condition condition) =>
        condition.Field.Field is KeyedValues { IndexedScopeColumn: not null }
        && condition is NumberComparison { Operator: not NumberOperator.NotEqual } or Between or IsNaN { Negated: false };
}
