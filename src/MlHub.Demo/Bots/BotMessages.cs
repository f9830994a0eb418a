namespace MlHub.Demo.Bots;

internal sealed record ServiceAccountName(string Name);

internal sealed record CreateServiceToken(string ServiceAccount, string Name, IReadOnlyList<string> Scopes, int Days);

internal sealed record ServiceToken(string Token);

internal sealed record WebhookEvent(string Entity, string Action);

/// <summary>As in MLflow's webhooks.proto.</summary>
internal sealed record MlflowWebhook(string Name, string Description, string Url, IReadOnlyList<WebhookEvent> Events, string Secret, string Status);

internal sealed record KnownWebhook(string? WebhookId, string? Id, string? Name);

internal sealed record KnownWebhooks(IReadOnlyList<KnownWebhook>? Webhooks);
