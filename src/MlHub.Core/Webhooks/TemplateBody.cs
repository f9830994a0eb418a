using System.Text;
using System.Text.Json.Nodes;

namespace MlHub.Webhooks;

/// <summary>A body of the webhook's own. A template that fails is told to the receiver instead: the event is not lost with it.</summary>
internal static class TemplateBody
{
    public static byte[] Write(WebhookNews news, WebhookLinks? links, string template)
    {
        try
        {
            return Encoding.UTF8.GetBytes(Render(news, links, template));
        }
        catch (HubException e)
        {
            return Envelope.Fitting(longest =>
            {
                var envelope = Envelope.Of(news, links, longest);
                envelope["template_error"] = Envelope.Cut(e.Message, 300);
                return Envelope.Bytes(envelope);
            });
        }
    }

    /// <exception cref="HubException">Invalid: the template fails.</exception>
    public static string Render(WebhookNews news, WebhookLinks? links, string template) => LiquidTemplate.Parse(template).Render(Facts(news, links));

    /// <summary>What a template can name: the envelope, the sentence, and the tags.</summary>
    private static JsonObject Facts(WebhookNews news, WebhookLinks? links)
    {
        var facts = Envelope.Of(news, links);
        facts["text"] = NewsText.Of(news);
        facts["event"] = news.Event;
        facts["model_tags"] = Written(news.ModelTags);
        facts["tags"] = Written(news.Tags);
        return facts;
    }

    private static JsonObject Written(IReadOnlyDictionary<string, string> tags) => new(tags.Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value)));
}
