using System.Text.RegularExpressions;

namespace MlHub.Tracking.Table;

public enum ColumnKind
{
    Metric,
    Param,
    Tag,
}

/// <summary>A column of the runs table beyond the fixed ones; written <c>metrics.loss</c> in addresses.</summary>
public sealed partial record ShownColumn(ColumnKind Kind, string Key)
{
    private static readonly (ColumnKind Kind, string Prefix)[] Prefixes =
        [(ColumnKind.Metric, "metrics."), (ColumnKind.Param, "params."), (ColumnKind.Tag, "tags.")];

    /// <summary>How the search language names it; keys that are not plain words stand in backticks.</summary>
    public string Field => Prefix + (PlainKey().IsMatch(Key) ? Key : $"`{Key.Replace("`", "``", StringComparison.Ordinal)}`");

    private string Prefix => Prefixes.First(p => p.Kind == Kind).Prefix;

    public override string ToString() => Prefix + Key;

    public static ShownColumn? ParseOrNull(string text) =>
        Prefixes.Where(p => text.StartsWith(p.Prefix, StringComparison.Ordinal) && text.Length > p.Prefix.Length)
            .Select(p => new ShownColumn(p.Kind, text[p.Prefix.Length..]))
            .FirstOrDefault();

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_]*\z", RegexOptions.CultureInvariant)]
    private static partial Regex PlainKey();
}
