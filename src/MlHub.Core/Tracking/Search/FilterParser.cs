namespace MlHub.Tracking.Search;

/// <summary>
/// Reads a filter: MLflow's grammar, widened by OR, NOT, parentheses, BETWEEN, IS NULL, IS NAN and IN on every text.
/// AND binds more than OR. Keywords may be written in any case.
/// </summary>
public sealed class FilterParser
{
    private readonly FilterTokens _tokens;
    private readonly SearchSubject _subject;
    private int _depth;
    private int _comparisons;
    private int _values;

    private FilterParser(FilterTokens tokens, SearchSubject subject) => (_tokens, _subject) = (tokens, subject);

    /// <summary>The filter's tree, or null where the text says nothing.</summary>
    /// <exception cref="HubException">Invalid, with the place in the text (see <see cref="FilterRefusal.PositionOrNull"/>).</exception>
    public static Filter? Parse(string? text, SearchSubject subject)
    {
        var tokens = new FilterTokens(new(subject.FilterCalled, text ?? ""));
        if (tokens.Current.Kind == TokenKind.End)
        {
            return null;
        }

        var filter = new FilterParser(tokens, subject).Any();
        return tokens.Current.Kind == TokenKind.End ? filter : throw tokens.Expected("AND, OR or the end");
    }

    private Filter Any()
    {
        var filter = All();
        while (_tokens.TakeWord("OR"))
        {
            filter = new Or(filter, All());
        }

        return filter;
    }

    private Filter All()
    {
        var filter = One();
        while (_tokens.TakeWord("AND"))
        {
            filter = new And(filter, One());
        }

        return filter;
    }

    private Filter One()
    {
        var at = _tokens.Current;
        var isNot = _tokens.TakeWord("NOT");
        if (!isNot && !_tokens.TakeSymbol("("))
        {
            return Condition(at);
        }

        if (++_depth > Limits.FilterDepth)
        {
            throw _tokens.Refuse(at, $"parentheses and NOT are nested more than {Limits.FilterDepth} deep.");
        }

        var filter = isNot ? new Not(One()) : Closed(Any());
        _depth--;
        return filter;
    }

    private Filter Closed(Filter inner) => _tokens.TakeSymbol(")") ? inner : throw _tokens.Expected("')'");

    private Filter Condition(FilterToken at)
    {
        if (++_comparisons > Limits.FilterComparisons)
        {
            throw _tokens.Refuse(at, $"more than {Limits.FilterComparisons} comparisons.");
        }

        var field = FieldParser.Read(_tokens, _subject);
        var condition = _tokens.TakeWord("IS") ? Is(field)
            : field.Field.Type == FieldType.Text ? TextConditionParser.Read(_tokens, field)
            : NumberConditionParser.Read(_tokens, field);
        _values += condition is OneOf oneOf ? oneOf.Values.Count : 0;
        return _values <= Limits.FilterValues ? condition : throw _tokens.Refuse(at, $"IN lists of more than {Limits.FilterValues} values in all.");
    }

    private Filter Is(FieldReference field)
    {
        var negated = _tokens.TakeWord("NOT");
        if (_tokens.TakeWord("NULL"))
        {
            return new IsNull(field, negated);
        }

        return field.Field.Type == FieldType.Metric && _tokens.TakeWord("NAN")
            ? new IsNaN(field, negated)
            : throw _tokens.Expected(field.Field.Type == FieldType.Metric ? "NULL or NAN" : "NULL");
    }
}
