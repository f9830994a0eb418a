using System.Text.Json.Nodes;

namespace MlHub.Webhooks;

/// <summary>A run of an Azure DevOps pipeline, which must declare the parameter <c>mlhub_event</c>: the envelope as text.</summary>
internal static class PipelineBody
{
    public static byte[] Write(WebhookNews news, WebhookLinks? links, WebhookChoices choices) => Envelope.Fitting(longest =>
    {
        var body = new JsonObject { ["templateParameters"] = new JsonObject { ["mlhub_event"] = Envelope.Text(Envelope.Of(news, links, longest)) } };
        if (choices.Ref is { } branch)
        {
            body["resources"] = new JsonObject { ["repositories"] = new JsonObject { ["self"] = new JsonObject { ["refName"] = branch } } };
        }

        return Envelope.Bytes(body);
    });
}
