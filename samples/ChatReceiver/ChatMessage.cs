using System.Text.Json;
using System.Text.RegularExpressions;

namespace ChatReceiver;

/// <summary>A link in a message.</summary>
public sealed record ChatLink(string Text, string Url);

/// <summary>A message as a chat would show it.</summary>
public sealed partial record ChatMessage(DateTimeOffset At, string Text, IReadOnlyList<ChatLink> Links)
{
    private static readonly Dictionary<string, string> Emoji = new()
    {
        ["eyes"] = "👀",
        ["white_check_mark"] = "✅",
        ["x"] = "❌",
        ["rocket"] = "🚀",
        ["speech_balloon"] = "💬",
        ["wastebasket"] = "🗑️",
        ["package"] = "📦",
        ["warning"] = "⚠️",
    };

    /// <summary>
    /// From Slack's <c>text</c> and <c>blocks</c>, or the Adaptive Card among Teams' <c>attachments</c>. Texts are taken wherever they stand, links from
    /// <c>&lt;URL|TEXT&gt;</c>, <c>[TEXT](URL)</c>, and buttons. Null where there is no text at all.
    /// </summary>
    public static ChatMessage? ReadOrNull(JsonElement body, DateTimeOffset at)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            return null;
        }

        List<string> texts = [];
        List<ChatLink> links = [];
        // As in Slack, the text is only shown where there is nothing richer.
        foreach (var part in new[] { "blocks", "attachments", "text" })
        {
            if (texts.Count == 0 && body.TryGetProperty(part, out var found))
            {
                Gather(found, part == "text", texts, links);
            }
        }

        // What is printed must not steer the terminal.
        var text = new string([.. string.Join('\n', texts).Where(c => c == '\n' || !char.IsControl(c))]);
        return text.Length == 0 ? null : new(at, Plain(text), [.. links.Concat(LinksIn(text)).Where(IsWeb).DistinctBy(l => l.Url)]);
    }

    private static void Gather(JsonElement element, bool isText, List<string> texts, List<ChatLink> links)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String when isText:
                texts.Add(element.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (var entry in element.EnumerateArray())
                {
                    Gather(entry, isText, texts, links);
                }

                break;
            case JsonValueKind.Object:
                GatherObject(element, texts, links);
                break;
        }
    }

    private static void GatherObject(JsonElement element, List<string> texts, List<ChatLink> links)
    {
        if (element.TryGetProperty("url", out var url) && url.ValueKind == JsonValueKind.String)
        {
            // A button: its words are the link's.
            links.Add(new(ButtonText(element), url.GetString()!));
            return;
        }

        foreach (var property in element.EnumerateObject())
        {
            Gather(property.Value, property.Name is "text" or "title" or "value", texts, links);
        }
    }

    private static string ButtonText(JsonElement button)
    {
        var text = button.TryGetProperty("text", out var slack) ? slack : button.TryGetProperty("title", out var teams) ? teams : default;
        return text.ValueKind switch
        {
            JsonValueKind.String => text.GetString()!,
            JsonValueKind.Object when text.TryGetProperty("text", out var inner) => inner.ToString(),
            _ => "Open",
        };
    }

    private static IEnumerable<ChatLink> LinksIn(string text) =>
        SlackLink().Matches(text).Concat(MarkdownLink().Matches(text)).Select(m => new ChatLink(m.Groups["text"] is { Length: > 0 } words ? words.Value : m.Groups["url"].Value, m.Groups["url"].Value));

    /// <summary>Lines that are links alone go: they are shown as links.</summary>
    private static string Plain(string text)
    {
        var lines = text.Split('\n').Where(line => SlackLink().Replace(MarkdownLink().Replace(line, ""), "").Trim().Length > 0 || line.Length == 0);
        var words = MarkdownLink().Replace(SlackLink().Replace(string.Join('\n', lines), Words), Words);
        return Emoji.Aggregate(words, (said, emoji) => said.Replace($":{emoji.Key}:", emoji.Value, StringComparison.Ordinal))
            .Replace("&lt;", "<", StringComparison.Ordinal).Replace("&gt;", ">", StringComparison.Ordinal).Replace("&amp;", "&", StringComparison.Ordinal).Trim();
    }

    private static string Words(Match link) => link.Groups["text"] is { Length: > 0 } words ? words.Value : link.Groups["url"].Value;

    private static bool IsWeb(ChatLink link) => Uri.TryCreate(link.Url, UriKind.Absolute, out var url) && (url.Scheme == Uri.UriSchemeHttp || url.Scheme == Uri.UriSchemeHttps);

    [GeneratedRegex(@"<(?<url>https?://[^|>\s]+)(\|(?<text>[^>]*))?>")]
    private static partial Regex SlackLink();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\]\((?<url>https?://[^)\s]+)\)")]
    private static partial Regex MarkdownLink();
}
