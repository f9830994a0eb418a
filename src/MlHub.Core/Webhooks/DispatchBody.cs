using System.Text.Json.Nodes;

namespace MlHub.Webhooks;

/// <summary>GitHub's <c>repository_dispatch</c>: workflows find the envelope as <c>github.event.client_payload</c>.</summary>
internal static class DispatchBody
{
    private const int LongestType = 100;

    public static byte[] Write(WebhookNews news, WebhookLinks? links, WebhookChoices choices) => Envelope.Fitting(longest => Envelope.Bytes(new JsonObject
    {
        ["event_type"] = Envelope.Cut(choices.EventType ?? news.Event, LongestType),
        ["client_payload"] = Envelope.Of(news, links, longest),
    }));
}
