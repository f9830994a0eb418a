namespace MlHub.Tracking.Search;

/// <summary>
/// Writes a filter as a condition on the row <c>t</c>. Each comparison is plainly true or false, never unknown, so that NOT
/// is its opposite. Where the statement has already joined a field (<paramref name="joined"/>), it is compared there.
/// </summary>
internal sealed class FilterSql(SqlStatement sql, SearchSubject subject, JoinedField? joined)
{
    public void Write(Filter filter)
    {
        switch (filter)
        {
            case And:
                WriteChain(filter, " AND ", f => f is And and ? (and.Left, and.Right) : null);
                break;
            case Or:
                WriteChain(filter, " OR ", f => f is Or or ? (or.Left, or.Right) : null);
                break;
            case Not not:
                sql.Add("NOT (");
                Write(not.Inner);
                sql.Add(")");
                break;
            case Condition condition:
                sql.Add(Text(condition));
                break;
            default:
                throw new ArgumentOutOfRangeException(nameof(filter));
        }
    }

    /// <summary>Without parentheses for each link: databases allow only so many.</summary>
    private void WriteChain(Filter filter, string link, Func<Filter, (Filter Left, Filter Right)?> parts)
    {
        Stack<Filter> rest = [];
        var first = filter;
        while (parts(first) is { } split)
        {
            rest.Push(split.Right);
            first = split.Left;
        }

        sql.Add("(");
        Write(first);
        while (rest.TryPop(out var next))
        {
            sql.Add(link);
            Write(next);
        }

        sql.Add(")");
    }

    private string Text(Condition condition)
    {
        if (condition.Field == joined?.Field)
        {
            return condition is IsNull isNull ? Constant(isNull.Negated) : ConditionSql.OnMetric(sql, condition, joined.Alias);
        }

        return condition.Field.Field switch
        {
            SearchAttribute attribute => OnAttribute(condition, attribute),
            KeyedValues values => OnKeyed(condition, values, condition.Field.Key),
            RelatedValue related => OnRelated(condition, related),
            _ => throw new ArgumentOutOfRangeException(nameof(condition)),
        };
    }

    private string OnAttribute(Condition condition, SearchAttribute attribute) => condition switch
    {
        IsNull isNull when attribute.Nullable => $"{attribute.Sql} IS {(isNull.Negated ? "NOT " : "")}NULL",
        IsNull isNull => Constant(isNull.Negated),
        _ when attribute.Nullable => $"({attribute.Sql} IS NOT NULL AND {ConditionSql.OnValue(sql, condition, attribute.Sql)})",
        _ => ConditionSql.OnValue(sql, condition, attribute.Sql),
    };

    private string OnKeyed(Condition condition, KeyedValues values, string? key)
    {
        var found = $"SELECT 1 FROM {values.Table} x WHERE x.{values.OwnerColumn} = t.{subject.KeyColumn}"
            + $" AND {PointsSql.IsOf(sql, values, key, "x")}";
        // Says nothing new, but a server's planner can then start from the index that finds the value.
        found += values.IndexedScopeColumn is { } scope ? $" AND x.{scope} = t.{subject.ScopeColumn}" : "";
        return condition switch
        {
            IsNull isNull => $"{(isNull.Negated ? "" : "NOT ")}EXISTS ({found})",
            _ when values.Type == FieldType.Metric => $"EXISTS ({found} AND {ConditionSql.OnMetric(sql, condition, "x")})",
            _ => $"EXISTS ({found} AND {ConditionSql.OnValue(sql, condition, "x.value")})",
        };
    }

    private string OnRelated(Condition condition, RelatedValue related)
    {
        var value = related.Sql(sql.Dialect);
        var found = $"SELECT 1 FROM {related.Relation.From} WHERE {related.Relation.OwnerColumn} = t.{subject.KeyColumn}";
        return condition is IsNull isNull
            ? $"{(isNull.Negated ? "" : "NOT ")}EXISTS ({found} AND {value} IS NOT NULL)"
            : $"EXISTS ({found} AND {ConditionSql.OnValue(sql, condition, value)})";
    }

    private static string Constant(bool value) => value ? "1 = 1" : "1 = 0";
}

/// <summary>A field whose row a statement has joined for every row of its answer.</summary>
internal sealed record JoinedField(FieldReference Field, string Alias);
