using System.Text.Json.Nodes;

namespace MlHub.Webhooks;

/// <summary>An Adaptive Card as Teams' workflows take it. Texts are runs, which know no Markdown, so nobody's text becomes a link.</summary>
internal static class TeamsMessage
{
    public static byte[] Write(WebhookNews news, WebhookLinks? links)
    {
        var card = new JsonObject
        {
            ["$schema"] = "http://adaptivecards.io/schemas/adaptive-card.json",
            ["type"] = "AdaptiveCard",
            ["version"] = "1.4",
            ["body"] = new JsonArray(Line(NewsText.Of(news), "Medium"), Line(news.Event, "Small")),
        };
        if (links?.Of(news) is { } link)
        {
            card["actions"] = new JsonArray(new JsonObject { ["type"] = "Action.OpenUrl", ["title"] = NewsText.OfLink(news), ["url"] = link });
        }

        return Envelope.Bytes(new JsonObject
        {
            ["type"] = "message",
            ["attachments"] = new JsonArray(new JsonObject { ["contentType"] = "application/vnd.microsoft.card.adaptive", ["contentUrl"] = null, ["content"] = card }),
        });
    }

    private static JsonObject Line(string text, string size) =>
        new() { ["type"] = "RichTextBlock", ["inlines"] = new JsonArray(new JsonObject { ["type"] = "TextRun", ["text"] = text, ["size"] = size }) };
}
