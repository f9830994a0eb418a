using System.Text.Json.Serialization;
using MlHub.Protocol.Json;

namespace MlHub.Protocol.Webhooks;

// MlHub's own: mlhub/webhooks/*, with every target and filter, and what became of deliveries.

/// <summary>To make one, or with its <c>id</c> to change it: what is absent stays as it is, and an empty text takes away what may be absent.</summary>
public sealed record HubWebhookRequest(
    string? Id, string? ModelName, string? Name, string? Description, string? Url, string? Target, string? Status, List<string>? Events, WebhookFilterMessage? Filter,
    string? Template, string? Channel, string? EventType, string? Ref, string? JobHost, [property: JsonConverter(typeof(LenientText))] string? JobId, bool? Ordered,
    string? Secret, string? Authorization, string? TrustedCertificates);

public sealed record WebhookFilterMessage(string? Stage, string? TagKey, string? TagValue, [property: JsonConverter(typeof(LenientText))] string? ExperimentId);

public sealed record HubWebhookIdRequest(string? Id);

public sealed record ListHubWebhooksRequest(string? ModelName, List<string>? Events, long? MaxResults, string? PageToken);

public sealed record TestHubWebhookRequest(string? Id, string? Event);

/// <summary>Without a secret one is made up; for so many hours deliveries are signed with the old one too.</summary>
public sealed record RotateWebhookSecretRequest(string? Id, string? Secret, long? OverlapHours);

public sealed record ListDeliveriesRequest(string? Id, string? State, string? Event, long? Status, long? From, long? To, long? MaxResults, string? PageToken);

public sealed record DeliveryRequest(string? Id, [property: JsonConverter(typeof(LenientText))] string? DeliveryId);

public sealed record RedeliverFailedRequest(string? Id, long? Since);

/// <summary><c>secret</c> only of one that was just made.</summary>
public sealed record HubWebhookResponse(HubWebhookMessage Webhook, string? Secret);

public sealed record HubWebhooksResponse(List<HubWebhookMessage>? Webhooks, string? NextPageToken);

public sealed record WebhookSecretResponse(string Secret);

public sealed record DeliveriesResponse(List<DeliveryMessage>? Deliveries, string? NextPageToken);

public sealed record DeliveryResponse(DeliveryMessage Delivery, string Body, List<DeliveryAttemptMessage>? Attempts);

public sealed record RedeliverResponse(int Queued);

/// <param name="Family">The API that it was made by: <c>mlflow</c>, <c>databricks</c> or <c>mlhub</c>.</param>
public sealed record HubWebhookMessage(
    string Id, string Family, string Name, string? Description, string? ModelName, string Url, string Target, string Status, List<string> Events, WebhookFilterMessage? Filter,
    string? Template, string? Channel, string? EventType, string? Ref, string? JobHost, string? JobId, bool Ordered, bool HasSecret, string? SecretHint, long? SecretTimestamp,
    long? PreviousSecretUntil, bool HasAuthorization, bool HasTrustedCertificates, WebhookHealthMessage Health, long CreationTimestamp, long LastUpdatedTimestamp);

/// <param name="State"><c>healthy</c>, <c>failing</c>, <c>paused</c>, <c>disabled</c>, <c>test_mode</c> or <c>new</c>.</param>
public sealed record WebhookHealthMessage(
    string State, int FailuresInARow, long? LastSuccess, long? LastFailure, long? FailingSince, long? PausedUntil, string? DisabledReason);

/// <param name="State"><c>waiting</c>, <c>delivered</c> or <c>failed</c>.</param>
public sealed record DeliveryMessage(
    string DeliveryId, string MessageId, string Event, string Subject, long? Sequence, string State, int Attempts, long CreationTimestamp, long? NextAttempt, long? Finished, int? ResponseStatus);

public sealed record DeliveryAttemptMessage(
    int Number, long Timestamp, int? ResponseStatus, string? Error, string? ResponseBody, int? ResolvedMs, int? ConnectedMs, int? SecuredMs, int? FirstByteMs, int TotalMs, string RequestHeaders);
