namespace ModelGate.Testing;

/// <summary>Names from models, on their way into Markdown: they end no code span, mention nobody and fill no page.</summary>
public static class Shown
{
    private const int Longest = 60;
    private const int Most = 20;

    public static string Name(string name)
    {
        var plain = new string([.. name.Select(c => char.IsControl(c) ? ' ' : c is '`' ? '\'' : c is '@' ? '＠' : c)]);
        return $"`{(plain.Length > Longest ? plain[..Longest] + "…" : plain)}`";
    }

    public static string Names(IReadOnlyCollection<string> names) =>
        string.Join(", ", names.Take(Most).Select(Name)) + (names.Count > Most ? $" and {names.Count - Most} more" : "");
}
