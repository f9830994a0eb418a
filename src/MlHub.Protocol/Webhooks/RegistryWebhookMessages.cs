using System.Text.Json.Serialization;
using MlHub.Protocol.Json;

namespace MlHub.Protocol.Webhooks;

// Databricks' mlflow/registry-webhooks/*.

public sealed record CreateRegistryWebhookRequest(
    string? ModelName, List<string>? Events, string? Description, string? Status, HttpUrlSpecMessage? HttpUrlSpec, JobSpecMessage? JobSpec);

public sealed record ListRegistryWebhooksRequest(string? ModelName, List<string>? Events, long? MaxResults, string? PageToken);

/// <summary>What is absent stays as it is.</summary>
public sealed record UpdateRegistryWebhookRequest(
    string? Id, List<string>? Events, string? Description, string? Status, HttpUrlSpecMessage? HttpUrlSpec, JobSpecMessage? JobSpec);

public sealed record RegistryWebhookIdRequest(string? Id);

public sealed record TestRegistryWebhookRequest(string? Id, string? Event);

public sealed record RegistryWebhookResponse(RegistryWebhookMessage Webhook);

public sealed record RegistryWebhooksResponse(List<RegistryWebhookMessage>? Webhooks, string? NextPageToken);

/// <summary>The status under both of its names: the documentation's and the SDKs'.</summary>
public sealed record TestRegistryWebhookResponse(int? StatusCode, int? Status, string? Body);

public sealed record RegistryWebhookMessage(
    string Id, string? ModelName, List<string> Events, string? Description, string Status, HttpUrlSpecMessage? HttpUrlSpec, JobSpecMessage? JobSpec,
    long CreationTimestamp, long LastUpdatedTimestamp);

/// <summary>Of answers <c>authorization</c> and <c>secret</c> are left out.</summary>
public sealed record HttpUrlSpecMessage(string? Url, string? Authorization, string? Secret, bool? EnableSslVerification);

/// <summary>Of answers <c>access_token</c> is left out.</summary>
public sealed record JobSpecMessage([property: JsonConverter(typeof(LenientText))] string? JobId, string? AccessToken, string? WorkspaceUrl);
