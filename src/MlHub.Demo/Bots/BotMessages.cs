namespace MlHub.Demo.Bots;

internal sealed record ServiceAccountName(string Name);

internal sealed record CreateServiceToken(string ServiceAccount, string Name, IReadOnlyList<string> Scopes, int Days);

internal sealed record ServiceToken(string Token);

internal sealed record WebhookEvent(string Entity, string Action);

/// <summary>As in MLflow's webhooks.proto.</summary>
internal sealed record CreateMlflowWebhook(string Name, string Description, string Url, IReadOnlyList<WebhookEvent> Events, string Secret, string Status);

/// <summary>MlHub's own call, which knows chats.</summary>
internal sealed record CreateChatWebhook(string Name, string Description, string Url, string Target, IReadOnlyList<string> Events, TagFilter Filter);

internal sealed record TagFilter(string TagKey, string TagValue);

internal sealed record MoveWebhook(string Id, string Url, string? Secret);

internal sealed record KnownWebhook(string Id, string Name);

internal sealed record KnownWebhooks(IReadOnlyList<KnownWebhook>? Webhooks);
