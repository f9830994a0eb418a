using System.Text.RegularExpressions;

namespace MlHub.Notifications;

/// <summary>Finds <c>@name</c> in a comment.</summary>
public static partial class Mentions
{
    private const int Most = 20;

    /// <summary>The names in upper case, as accounts are found. A sentence's full stop is no part of a name.</summary>
    public static IReadOnlyList<string> In(string? text) =>
        text is null ? [] : [.. Name().Matches(text).Select(m => m.Groups["name"].Value.TrimEnd('.', '-').ToUpperInvariant()).Where(n => n.Length > 0).Distinct().Take(Most)];

    // An address such as ann@example.org mentions nobody.
    [GeneratedRegex(@"(?<![\w.@+-])@(?<name>[A-Za-z0-9_.@+-]+)", RegexOptions.CultureInvariant)]
    private static partial Regex Name();
}
