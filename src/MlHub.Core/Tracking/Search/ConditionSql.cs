using MlHub.Tracking.Metrics;

namespace MlHub.Tracking.Search;

/// <summary>Writes one condition on a value that is there.</summary>
internal static class ConditionSql
{
    /// <summary>Beyond this a double is no longer every integer.</summary>
    private const double ExactIntegers = 1L << 53;

    public static string OnValue(SqlStatement sql, Condition condition, string value) => condition switch
    {
        TextComparison c => OnText(sql, c, value),
        OneOf { Negated: true } o => $"NOT ({sql.Dialect.OneOf(value, Parameters(sql, o))})",
        OneOf o => sql.Dialect.OneOf(value, Parameters(sql, o)),
        NumberComparison c => $"{value} {FilterText.Of(c.Operator)} {Integer(sql, c.Value)}",
        Between b => $"{value} BETWEEN {Integer(sql, b.Low)} AND {Integer(sql, b.High)}",
        _ => throw new ArgumentOutOfRangeException(nameof(condition)),
    };

    /// <summary>
    /// NaN is stored as 0 beside its kind and compares as nothing but different. Asking for the kind last, and only where 0
    /// would do, lets an index answer alone.
    /// </summary>
    public static string OnMetric(SqlStatement sql, Condition condition, string alias)
    {
        var value = $"{alias}.value";
        var isNaN = $"{alias}.kind = {(short)MetricKind.NaN}";
        return condition switch
        {
            IsNaN n => n.Negated ? $"NOT ({isNaN})" : $"({value} = 0 AND {isNaN})",
            NumberComparison { Operator: NumberOperator.NotEqual } c => $"({value} <> {Stored(sql, c.Value)} OR {isNaN})",
            NumberComparison c => Number($"{value} {FilterText.Of(c.Operator)} {Stored(sql, c.Value)}", Holds(c.Operator, 0d.CompareTo(c.Value)), alias),
            Between b => Number($"{value} BETWEEN {Stored(sql, b.Low)} AND {Stored(sql, b.High)}", b.Low <= 0 && b.High >= 0, alias),
            _ => throw new ArgumentOutOfRangeException(nameof(condition)),
        };
    }

    /// <summary>That a stored value is no NaN, told from the value alone wherever that is enough.</summary>
    public static string IsNumber(string alias) => $"({alias}.value <> 0 OR {alias}.kind <> {(short)MetricKind.NaN})";

    private static string Number(string comparison, bool holdsForZero, string alias) =>
        holdsForZero ? $"({comparison} AND {IsNumber(alias)})" : comparison;

    private static bool Holds(NumberOperator @operator, int order) => @operator switch
    {
        NumberOperator.Equal => order == 0,
        NumberOperator.Less => order < 0,
        NumberOperator.LessOrEqual => order <= 0,
        NumberOperator.Greater => order > 0,
        NumberOperator.GreaterOrEqual => order >= 0,
        _ => order != 0,
    };

    private static string OnText(SqlStatement sql, TextComparison comparison, string text)
    {
        var dialect = sql.Dialect;
        var ignoreCase = comparison.Operator is TextOperator.ILike or TextOperator.NotILike;
        return comparison.Operator switch
        {
            TextOperator.Equal => dialect.Same(text, sql.Parameter(comparison.Value)),
            TextOperator.NotEqual => dialect.Different(text, sql.Parameter(comparison.Value)),
            TextOperator.Like or TextOperator.ILike => Like(),
            _ => $"NOT ({Like()})",
        };

        string Like() => dialect.Like(text, sql.Parameter(dialect.LikePattern(comparison.Value, ignoreCase)), ignoreCase);
    }

    private static string Parameters(SqlStatement sql, OneOf condition) => string.Join(", ", condition.Values.Select(v => sql.Parameter(v)));

    private static string Stored(SqlStatement sql, double value) => sql.Parameter(MetricValue.Of(value).Stored);

    /// <summary>A whole number stays one, so that an index on integers is used.</summary>
    private static string Integer(SqlStatement sql, double value) =>
        Math.Abs(value) < ExactIntegers && double.IsInteger(value) ? sql.Parameter((long)value) : Stored(sql, value);
}
