using System.Text;

namespace MlHub.Tracking.Search;

/// <summary>Reads a field: a bare attribute, or a prefix, a dot and a name or key, quoted where it needs to be.</summary>
internal static class FieldParser
{
    private static readonly string[] AttributePrefixes = ["attributes", "attribute", "attr"];

    public static FieldReference Read(FilterTokens tokens, SearchSubject subject)
    {
        var first = tokens.Current;
        if (!first.NamesKey)
        {
            throw tokens.Expected($"a field such as {Example(subject)}");
        }

        tokens.Take();
        if (!tokens.TakeSymbol("."))
        {
            return new(Attribute(tokens, subject, first, first.Value));
        }

        var at = tokens.Current;
        var key = Key(tokens);
        if (subject.KeyedOrNull(first.Value) is { } keyed)
        {
            return new(keyed, key);
        }

        if (subject.RelatedBy(first.Value).ToList() is { Count: > 0 } related)
        {
            return new(related.Find(r => r.Name == key) ?? throw Unknown(tokens, at, $"{first.Value}.{key}", related.Select(r => $"{r.Relation.Name}.{r.Name}")));
        }

        return AttributePrefixes.Append(subject.Name).Contains(first.Value, StringComparer.OrdinalIgnoreCase)
            ? new(Attribute(tokens, subject, at, key))
            : throw tokens.Refuse(first, $"Invalid entity type '{FilterRefusal.Shown(tokens.Source, first)}'. Valid entity types are {string.Join(", ", Prefixes(subject))}.");
    }

    /// <summary>A key without quotes may hold dots: <c>tags.mlflow.source.name</c>.</summary>
    private static string Key(FilterTokens tokens)
    {
        var first = tokens.Current;
        if (!first.NamesKey)
        {
            throw tokens.Expected("a name or key after '.' (in backticks where it holds other characters than letters, digits, '_' and '.')");
        }

        tokens.Take();
        if (first.Kind != TokenKind.Word)
        {
            return first.Value;
        }

        var key = new StringBuilder(first.Value);
        while (tokens.Current.IsSymbol(".") && tokens.Following.Kind == TokenKind.Word)
        {
            tokens.Take();
            key.Append('.').Append(tokens.Take().Value);
        }

        return key.ToString();
    }

    private static SearchField Attribute(FilterTokens tokens, SearchSubject subject, FilterToken at, string name) =>
        subject.PlainOrNull(name)
        ?? throw Unknown(tokens, at, name, [.. subject.Attributes.Select(a => a.Name), .. subject.Related.Where(r => r.NeedsNoPrefix).Select(r => r.Name)]);

    private static HubException Unknown(FilterTokens tokens, FilterToken at, string name, IEnumerable<string> valid) =>
        tokens.Refuse(at, $"Invalid attribute key '{(name.Length > 60 ? name[..60] + "…" : name)}' specified. Valid keys are {string.Join(", ", valid)}.");

    private static IEnumerable<string> Prefixes(SearchSubject subject) =>
        subject.Keyed.Select(k => k.Name).Append("attributes").Concat(subject.Related.Select(r => r.Relation.Name).Distinct());

    private static string Example(SearchSubject subject) => $"{subject.Keyed[0].Name}.key or {subject.Attributes[0].Name}";
}
