namespace MlHub.Tracking.Search;

/// <summary>What a filter is called in messages, and its whole text.</summary>
internal readonly record struct FilterSource(string Name, string Text);

/// <summary>A refusal that points at the place in the text, for people who read it and for pages that mark it.</summary>
public static class FilterRefusal
{
    private const string PositionKey = "position";
    private const int Around = 40;

    /// <summary>The place that a refused filter or order is wrong at, counted from 0; null for other exceptions.</summary>
    public static int? PositionOrNull(Exception e) => e.Data[PositionKey] as int?;

    internal static HubException At(FilterSource source, int position, string problem)
    {
        var refusal = HubException.Invalid($"Invalid {source.Name} at character {position + 1}: {problem}\n{Excerpt(source.Text, position)}");
        refusal.Data[PositionKey] = position;
        return refusal;
    }

    /// <summary>What was found instead of the expected, short enough for a message.</summary>
    internal static string Shown(FilterSource source, FilterToken token) =>
        token.Kind == TokenKind.End
            ? "the end"
            : Shown(source.Text.AsSpan(token.Position, token.Length));

    internal static string Shown(ReadOnlySpan<char> text) => Plain(text[..Math.Min(text.Length, Around)]) + (text.Length > Around ? "…" : "");

    private static string Excerpt(string text, int position)
    {
        var from = Math.Max(0, position - Around);
        var to = Math.Min(text.Length, position + Around);
        return $"{Plain(text.AsSpan(from, to - from))}\n{new string(' ', position - from)}^";
    }

    /// <summary>One line, one column per character, and nothing that a terminal or a log would obey.</summary>
    private static string Plain(ReadOnlySpan<char> text)
    {
        var plain = text.ToString().ToCharArray();
        for (var i = 0; i < plain.Length; i++)
        {
            if (char.IsControl(plain[i]) || char.IsSurrogate(plain[i]) || char.IsWhiteSpace(plain[i]))
            {
                plain[i] = char.IsSurrogate(plain[i]) ? '\uFFFD' : ' ';
            }
        }

        return new string(plain);
    }
}
