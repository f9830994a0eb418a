using System.Text.Json.Serialization;
using MlHub.Protocol.Json;

namespace MlHub.Protocol.Webhooks;

// MLflow 3's mlflow/webhooks, as in its webhooks.proto.

public sealed record CreateWebhookRequest(string? Name, string? Description, string? Url, List<WebhookEventMessage?>? Events, string? Secret, string? Status);

public sealed record ListWebhooksRequest(long? MaxResults, string? PageToken);

/// <summary>What is absent stays as it is.</summary>
public sealed record UpdateWebhookRequest(string? Name, string? Description, string? Url, List<WebhookEventMessage?>? Events, string? Secret, string? Status);

/// <summary>Without an event the first of the webhook's.</summary>
public sealed record TestWebhookRequest(WebhookEventMessage? Event);

public sealed record WebhookResponse(WebhookMessage Webhook);

public sealed record WebhooksResponse(List<WebhookMessage>? Webhooks, string? NextPageToken);

public sealed record TestWebhookResponse(WebhookTestResultMessage Result);

/// <summary><c>MODEL_VERSION</c> and <c>CREATED</c>: the parts of <c>model_version.created</c>.</summary>
public sealed record WebhookEventMessage([property: JsonConverter(typeof(LenientText))] string? Entity, [property: JsonConverter(typeof(LenientText))] string? Action);

public sealed record WebhookMessage(
    string WebhookId, string Name, string? Description, string Url, List<WebhookEventMessage> Events, string Status, long CreationTimestamp, long LastUpdatedTimestamp);

public sealed record WebhookTestResultMessage(bool Success, int? ResponseStatus, string? ResponseBody, string? ErrorMessage);
