using System.Text.RegularExpressions;

namespace MlHub.Web.Ui;

public enum MarkdownStyle
{
    Plain,
    Bold,
    Emphasis,
    Code,
    Link,
    Mention,
}

/// <summary>A piece of a line; only a link has an address, and that one is http or https.</summary>
public sealed record MarkdownSpan(MarkdownStyle Style, string Text, string? Url = null);

public abstract record MarkdownBlock;

public sealed record MarkdownHeading(IReadOnlyList<MarkdownSpan> Text) : MarkdownBlock;

public sealed record MarkdownParagraph(IReadOnlyList<MarkdownSpan> Text) : MarkdownBlock;

public sealed record MarkdownList(IReadOnlyList<IReadOnlyList<MarkdownSpan>> Items, bool IsNumbered = false) : MarkdownBlock;

public sealed record MarkdownQuote(IReadOnlyList<MarkdownSpan> Text) : MarkdownBlock;

public sealed record MarkdownTable(IReadOnlyList<IReadOnlyList<MarkdownSpan>> Header, IReadOnlyList<IReadOnlyList<IReadOnlyList<MarkdownSpan>>> Rows) : MarkdownBlock;

public sealed record MarkdownCode(string Text) : MarkdownBlock;

/// <summary>
/// The little of Markdown that people write in descriptions: headings, paragraphs, lists, quotes, tables, code, bold, emphasis, links, @names.
/// The result is text and structure, never HTML, so nothing a text holds can act.
/// </summary>
public static partial class MarkdownText
{
    public static IReadOnlyList<MarkdownBlock> Parse(string text)
    {
        List<MarkdownBlock> blocks = [];
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        for (var i = 0; i < lines.Length;)
        {
            var line = lines[i].Trim();
            var from = i;
            if (line.Length == 0)
            {
                i++;
            }
            else if (line.StartsWith("```", StringComparison.Ordinal))
            {
                i = End(lines, i + 1, l => l.Trim().StartsWith("```", StringComparison.Ordinal));
                blocks.Add(new MarkdownCode(string.Join('\n', lines[(from + 1)..i])));
                i++;
            }
            else if (line[0] == '#' && line.TrimStart('#') is [' ', ..] heading)
            {
                blocks.Add(new MarkdownHeading(Spans(heading.Trim())));
                i++;
            }
            else if (ItemOrNull(line) is not null)
            {
                i = End(lines, i, l => ItemOrNull(l.Trim()) is null || IsNumbered(l) != IsNumbered(line));
                blocks.Add(new MarkdownList([.. lines[from..i].Select(l => Spans(ItemOrNull(l.Trim())!))], IsNumbered(line)));
            }
            else if (line[0] == '>')
            {
                i = End(lines, i, l => l.Trim() is not ['>', ..]);
                blocks.Add(new MarkdownQuote(Spans(string.Join(' ', lines[from..i].Select(l => l.Trim().TrimStart('>').Trim())))));
            }
            else if (line[0] == '|')
            {
                i = End(lines, i, l => l.Trim() is not ['|', ..]);
                var rows = lines[from..i].Where(l => !TableRule().IsMatch(l.Trim())).Select(Cells).ToList();
                blocks.Add(new MarkdownTable(rows.Count == 0 ? [] : rows[0], [.. rows.Skip(1)]));
            }
            else
            {
                i = End(lines, i + 1, l => l.Trim() is [] or ['#' or '|' or '>', ..] || ItemOrNull(l.Trim()) is not null);
                blocks.Add(new MarkdownParagraph(Spans(string.Join(' ', lines[from..i].Select(l => l.Trim())))));
            }
        }

        return blocks;
    }

    /// <summary>The first paragraph without any marks, for a line in a list.</summary>
    public static string Excerpt(string text) =>
        Parse(text).OfType<MarkdownParagraph>().FirstOrDefault() is { } first ? string.Concat(first.Text.Select(s => s.Text)) : text;

    private static int End(string[] lines, int from, Func<string, bool> isEnd)
    {
        while (from < lines.Length && !isEnd(lines[from]))
        {
            from++;
        }

        return from;
    }

    private static string? ItemOrNull(string line) => Item().Match(line) is { Success: true } match ? line[match.Length..].Trim() : null;

    private static bool IsNumbered(string line) => char.IsAsciiDigit(line.TrimStart()[0]);

    private static IReadOnlyList<IReadOnlyList<MarkdownSpan>> Cells(string line) => [.. line.Trim().Trim('|').Split('|').Select(c => Spans(c.Trim()))];

    private static List<MarkdownSpan> Spans(string line)
    {
        List<MarkdownSpan> spans = [];
        var at = 0;
        foreach (Match match in Marked().Matches(line))
        {
            if (match.Index > at)
            {
                spans.Add(new(MarkdownStyle.Plain, line[at..match.Index]));
            }

            spans.Add(
                match.Groups["code"] is { Success: true } code ? new(MarkdownStyle.Code, code.Value)
                : match.Groups["bold"] is { Success: true } bold ? new(MarkdownStyle.Bold, bold.Value)
                : match.Groups["em"] is { Success: true } em ? new(MarkdownStyle.Emphasis, em.Value)
                : match.Groups["who"] is { Success: true } who ? new(MarkdownStyle.Mention, who.Value)
                : new(MarkdownStyle.Link, match.Groups["text"].Value, match.Groups["url"].Value));
            at = match.Index + match.Length;
        }

        if (at < line.Length)
        {
            spans.Add(new(MarkdownStyle.Plain, line[at..]));
        }

        return spans;
    }

    [GeneratedRegex(@"`(?<code>[^`]+)`|\*\*(?<bold>[^*]+)\*\*|\*(?<em>[^*\s][^*]*)\*|(?<!\w)_(?<em>[^_\s][^_]*)_(?!\w)|\[(?<text>[^\[\]]+)\]\((?<url>https?://[^\s()<>""]+)\)|(?<![\w@.])(?<who>@\w[\w.-]*\w|@\w)", RegexOptions.CultureInvariant)]
    private static partial Regex Marked();

    [GeneratedRegex(@"^([*+-]|\d{1,3}[.)]) ", RegexOptions.CultureInvariant)]
    private static partial Regex Item();

    [GeneratedRegex(@"^\|[\s|:-]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex TableRule();
}
