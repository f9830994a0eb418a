using System.Text.Json.Nodes;

namespace MlHub.Webhooks;

/// <summary>A message for a Slack incoming webhook: the sentence, and a link to where it is decided.</summary>
internal static class SlackMessage
{
    public static byte[] Write(WebhookNews news, WebhookLinks? links, WebhookChoices choices)
    {
        var sentence = Escape(NewsText.Of(news));
        var blocks = new JsonArray(Section($"{Icon(news.Event)} {sentence}"));
        if (links?.Of(news) is { } link)
        {
            blocks.Add((JsonNode)Section($"<{link}|{Escape(NewsText.OfLink(news))}>"));
        }

        var message = new JsonObject { ["text"] = sentence, ["blocks"] = blocks, ["unfurl_links"] = false };
        if (choices.Channel is { } channel)
        {
            message["channel"] = channel;
        }

        return Envelope.Bytes(message);
    }

    /// <summary>Slack's three control characters: without them nobody is called and nothing is linked by a text of somebody's.</summary>
    public static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);

    private static JsonObject Section(string text) =>
        new() { ["type"] = "section", ["text"] = new JsonObject { ["type"] = "mrkdwn", ["text"] = text, ["verbatim"] = true } };

    private static string Icon(string name) => name switch
    {
        WebhookEvents.RequestCreated => ":eyes:",
        WebhookEvents.RequestApproved or WebhookEvents.RunFinished or WebhookEvents.DeploymentDone => ":white_check_mark:",
        WebhookEvents.RequestRejected or WebhookEvents.RunFailed or WebhookEvents.DeploymentFailed => ":x:",
        WebhookEvents.VersionMoved or WebhookEvents.DeploymentRequested => ":rocket:",
        WebhookEvents.CommentCreated => ":speech_balloon:",
        WebhookEvents.VersionDeleted or WebhookEvents.DeploymentRemoved => ":wastebasket:",
        _ => ":package:",
    };
}
