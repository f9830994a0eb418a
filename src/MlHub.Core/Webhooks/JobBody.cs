using System.Text.Json.Nodes;

namespace MlHub.Webhooks;

/// <summary>What starts a job on a configured host. Of a Databricks webhook the job gets Databricks' payload, in the parameter that it has there.</summary>
internal static class JobBody
{
    public static byte[] Write(WebhookNews news, WebhookLinks? links, Webhook webhook) => Envelope.Fitting(longest =>
    {
        var message = DatabricksEvents.All.Contains(news.Event) ? DatabricksBody.Of(news, webhook.PublicId, longest) : Envelope.Of(news, links, longest);
        return Envelope.Bytes(webhook.Choices.JobKind switch
        {
            JobKind.GitHub => new JsonObject { ["event_type"] = webhook.Choices.EventType ?? news.Event, ["client_payload"] = message },
            JobKind.AzureDevOps => new JsonObject { ["templateParameters"] = new JsonObject { ["mlhub_event"] = Envelope.Text(message) } },
            _ => new JsonObject { ["entry_point"] = webhook.Choices.JobId, ["parameters"] = new JsonObject { ["event_message"] = Envelope.Text(message) } },
        });
    });
}
