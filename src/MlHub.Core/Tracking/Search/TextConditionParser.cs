namespace MlHub.Tracking.Search;

/// <summary>Reads what may follow a field that holds text.</summary>
internal static class TextConditionParser
{
    public static Filter Read(FilterTokens tokens, FieldReference field)
    {
        var at = tokens.Current;
        var negated = tokens.TakeWord("NOT");
        if (tokens.TakeWord("IN"))
        {
            return new OneOf(field, negated, Values(tokens));
        }

        if (tokens.TakeWord("LIKE"))
        {
            return new TextComparison(field, negated ? TextOperator.NotLike : TextOperator.Like, Pattern(tokens, "LIKE"));
        }

        if (tokens.TakeWord("ILIKE"))
        {
            return new TextComparison(field, negated ? TextOperator.NotILike : TextOperator.ILike, Pattern(tokens, "ILIKE"));
        }

        if (!negated && (tokens.TakeSymbol("=") || tokens.TakeSymbol("!=") || tokens.TakeSymbol("<>")))
        {
            return new TextComparison(field, at.Value == "=" ? TextOperator.Equal : TextOperator.NotEqual, Text(tokens, at.Value));
        }

        throw tokens.ExpectedOperator(negated ? "IN, LIKE or ILIKE after NOT" : $"one of =, !=, LIKE, ILIKE, IN, NOT, IS after {field}, which is text");
    }

    private static List<string> Values(FilterTokens tokens)
    {
        if (!tokens.TakeSymbol("("))
        {
            throw tokens.Expected("'(' and texts in quotes after IN");
        }

        List<string> values = [];
        do
        {
            // As in Python, from where these lists come, a comma may stand behind the last value.
            if (values.Count > 0 && tokens.Current.IsSymbol(")"))
            {
                break;
            }

            values.Add(tokens.Current.Kind == TokenKind.Text ? tokens.Take().Value : throw tokens.Refuse(tokens.Current, $"While parsing a list in the query, {NoValue(tokens)}."));
        }
        while (tokens.TakeSymbol(","));
        return tokens.TakeSymbol(")") ? values : throw tokens.Expected("',' or ')'");
    }

    private static string NoValue(FilterTokens tokens) => tokens.Current switch
    {
        { Kind: TokenKind.End } => "expected string value, found the end",
        var token when token.IsSymbol(")") => "expected a non-empty list of string values, but got empty list",
        { Kind: TokenKind.Symbol } => "expected a non-empty list of string values, but got ill-formed list",
        _ => "expected string value, punctuation, or whitespace, but got different type in list",
    };

    private static string Pattern(FilterTokens tokens, string after)
    {
        var at = tokens.Current;
        var pattern = Text(tokens, after);
        if (pattern.Length > Limits.LikePattern)
        {
            throw tokens.Refuse(at, $"a pattern has at most {Limits.LikePattern} characters.");
        }

        // '_' stands for exactly one character and costs nothing; names are full of it.
        return pattern.Count(c => c == '%') <= Limits.LikeWildcards
            ? pattern
            : throw tokens.Refuse(at, $"a pattern has at most {Limits.LikeWildcards} '%'.");
    }

    private static string Text(FilterTokens tokens, string after)
    {
        var token = tokens.Current;
        return token.Kind == TokenKind.Text ? tokens.Take().Value : throw tokens.Expected($"a text in quotes after '{after}'");
    }
}
