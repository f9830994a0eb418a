using System.Globalization;

namespace MlHub.Tracking.Search;

/// <summary>Writes a filter's tree as text that reads back as the same tree.</summary>
internal static class FilterText
{
    public static string Of(Filter filter) => filter switch
    {
        And and => $"{Inside(and.Left, and)} AND {Inside(and.Right, and)}",
        Or or => $"{Inside(or.Left, or)} OR {Inside(or.Right, or)}",
        Not not => $"NOT ({not.Inner})",
        NumberComparison c => $"{c.Field} {Of(c.Operator)} {Of(c.Value)}",
        Between b => $"{b.Field} BETWEEN {Of(b.Low)} AND {Of(b.High)}",
        IsNaN n => $"{n.Field} IS {(n.Negated ? "NOT " : "")}NAN",
        TextComparison c => $"{c.Field} {Of(c.Operator)} {Quoted(c.Value, '\'')}",
        OneOf o => $"{o.Field} {(o.Negated ? "NOT " : "")}IN ({string.Join(", ", o.Values.Select(v => Quoted(v, '\'')))})",
        IsNull n => $"{n.Field} IS {(n.Negated ? "NOT " : "")}NULL",
        _ => throw new ArgumentOutOfRangeException(nameof(filter)),
    };

    public static string Of(FieldReference field) => (field.Field, field.Key) switch
    {
        (KeyedValues values, var key) => $"{values.Name}{(key is null ? "" : $".{Quoted(key, '`')}")}{string.Concat(values.Datasets.Select(d => $" ON {d}"))}",
        (RelatedValue value, _) => $"{value.Relation.Name}.{value.Name}",
        _ => field.Field.Name,
    };

    public static string Of(NumberOperator @operator) => @operator switch
    {
        NumberOperator.Equal => "=",
        NumberOperator.NotEqual => "<>",
        NumberOperator.Less => "<",
        NumberOperator.LessOrEqual => "<=",
        NumberOperator.Greater => ">",
        NumberOperator.GreaterOrEqual => ">=",
        _ => throw new ArgumentOutOfRangeException(nameof(@operator)),
    };

    private static string Of(TextOperator @operator) => @operator switch
    {
        TextOperator.Equal => "=",
        TextOperator.NotEqual => "<>",
        TextOperator.Like => "LIKE",
        TextOperator.NotLike => "NOT LIKE",
        TextOperator.ILike => "ILIKE",
        TextOperator.NotILike => "NOT ILIKE",
        _ => throw new ArgumentOutOfRangeException(nameof(@operator)),
    };

    private static string Of(double number) => number switch
    {
        double.PositiveInfinity => "Infinity",
        double.NegativeInfinity => "-Infinity",
        _ => number.ToString("R", CultureInfo.InvariantCulture),
    };

    /// <summary>AND binds more than OR, and both lean to the left; everything else needs parentheses.</summary>
    private static string Inside(Filter part, Filter whole)
    {
        var same = part.GetType() == whole.GetType() && ReferenceEquals(part, Left(whole));
        var tighter = part is And && whole is Or;
        return part is And or Or && !same && !tighter ? $"({part})" : part.ToString();
    }

    private static Filter Left(Filter whole) => whole is And and ? and.Left : ((Or)whole).Left;

    private static string Quoted(string text, char quote) => $"{quote}{text.Replace($"{quote}", $"{quote}{quote}", StringComparison.Ordinal)}{quote}";
}
