namespace MlHub.Tracking.Search;

/// <summary>Reads what may follow a field that holds a number.</summary>
internal static class NumberConditionParser
{
    public static Filter Read(FilterTokens tokens, FieldReference field)
    {
        if (tokens.TakeWord("BETWEEN"))
        {
            var low = Bound(tokens, field, "BETWEEN");
            return tokens.TakeWord("AND") ? new Between(field, low, Bound(tokens, field, "AND")) : throw tokens.Expected("AND");
        }

        var sign = tokens.Current;
        var @operator = OperatorOrNull(sign)
            ?? throw tokens.ExpectedOperator($"one of =, !=, <, <=, >, >=, BETWEEN, IS after {field}, which is a number");
        tokens.Take();
        var value = Number(tokens, field, sign.Value);
        if (!double.IsNaN(value))
        {
            return new NumberComparison(field, @operator, value);
        }

        return @operator is NumberOperator.Equal or NumberOperator.NotEqual
            ? new IsNaN(field, Negated: @operator == NumberOperator.NotEqual)
            : throw tokens.Refuse(sign, "nothing is less or greater than NaN: compare with = or !=.");
    }

    private static NumberOperator? OperatorOrNull(FilterToken token) => token.Kind != TokenKind.Symbol ? null : token.Value switch
    {
        "=" => NumberOperator.Equal,
        "!=" or "<>" => NumberOperator.NotEqual,
        "<" => NumberOperator.Less,
        "<=" => NumberOperator.LessOrEqual,
        ">" => NumberOperator.Greater,
        ">=" => NumberOperator.GreaterOrEqual,
        _ => null,
    };

    private static double Bound(FilterTokens tokens, FieldReference field, string after)
    {
        var at = tokens.Current;
        var value = Number(tokens, field, after);
        return double.IsNaN(value) ? throw tokens.Refuse(at, "NaN bounds no range.") : value;
    }

    private static double Number(FilterTokens tokens, FieldReference field, string after)
    {
        var token = tokens.Current;
        var isMetric = field.Field.Type == FieldType.Metric;
        var value = token switch
        {
            { Kind: TokenKind.Number } => token.Number,
            _ when isMetric && token.IsWord("NaN") => double.NaN,
            _ when token.IsWord("inf") || token.IsWord("infinity") => double.PositiveInfinity,
            { Kind: TokenKind.Text } => throw tokens.Expected($"a number after '{after}', without quotes,"),
            _ => throw tokens.Expected($"a number after '{after}'"),
        };
        tokens.Take();
        return value;
    }
}
