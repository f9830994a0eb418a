namespace MlHub.Tracking.Search;

/// <summary>Reads the order of an answer: a field, then ASC (where nothing is said) or DESC.</summary>
public static class OrderByParser
{
    /// <exception cref="HubException">Invalid, with the place in the text (see <see cref="FilterRefusal.PositionOrNull"/>).</exception>
    public static IReadOnlyList<SearchOrder> Parse(IReadOnlyList<string> orderBy, SearchSubject subject)
    {
        if (orderBy.Count > Limits.OrderTerms)
        {
            throw HubException.Invalid($"Invalid order_by: it has {orderBy.Count} terms, at most {Limits.OrderTerms} are allowed.");
        }

        var terms = orderBy.Select(term => Parse(term, subject)).ToList();
        return terms.DistinctBy(t => t.Field).Count() == terms.Count
            ? terms
            : throw HubException.Invalid($"`order_by` contains duplicate fields: {string.Join(", ", terms.Select(t => t.Field))}");
    }

    private static SearchOrder Parse(string term, SearchSubject subject)
    {
        var tokens = new FilterTokens(new($"order_by clause '{FilterRefusal.Shown(term)}'", term));
        var at = tokens.Current;
        var field = FieldParser.Read(tokens, subject);
        if (field.Field is RelatedValue)
        {
            throw tokens.Refuse(at, $"a {subject.Name} may have several of these, so it cannot be sorted by them.");
        }

        var descending = tokens.TakeWord("DESC");
        _ = descending || tokens.TakeWord("ASC");
        return tokens.Current.Kind == TokenKind.End ? new(field, descending) : throw tokens.Expected("ASC, DESC or the end");
    }
}
