namespace MlHub.Client;

/// <summary>The address of a registered model: <c>models:/NAME/3</c>, <c>models:/NAME/Production</c>, <c>models:/NAME@champion</c> or <c>models:/NAME/latest</c>.</summary>
/// <param name="Name">The registered model.</param>
/// <param name="Selector">A number, a stage, an alias with an @ before it, or <c>latest</c>.</param>
public sealed record ModelUri(string Name, string Selector)
{
    private const string Scheme = "models:/";

    /// <exception cref="FormatException">For anything else.</exception>
    public static ModelUri Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var rest = text.StartsWith(Scheme, StringComparison.Ordinal) ? text[Scheme.Length..].TrimStart('/') : "";
        var (slash, at) = (rest.IndexOf('/', StringComparison.Ordinal), rest.LastIndexOf('@'));
        return slash > 0 && slash < rest.Length - 1 ? new(Uri.UnescapeDataString(rest[..slash]), Uri.UnescapeDataString(rest[(slash + 1)..]))
            : slash < 0 && at > 0 && at < rest.Length - 1 ? new(Uri.UnescapeDataString(rest[..at]), Uri.UnescapeDataString(rest[at..]))
            : throw new FormatException($"'{text}' names no model: write models:/NAME/3, models:/NAME/Production, models:/NAME@champion or models:/NAME/latest.");
    }

    public override string ToString() => $"{Scheme}{Uri.EscapeDataString(Name)}{(Selector.StartsWith('@') ? $"@{Uri.EscapeDataString(Selector[1..])}" : $"/{Uri.EscapeDataString(Selector)}")}";
}
