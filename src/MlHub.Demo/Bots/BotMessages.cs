namespace MlHub.Demo.Bots;

internal sealed record ServiceAccountName(string Name);

internal sealed record CreateServiceToken(string ServiceAccount, string Name, IReadOnlyList<string> Scopes, int Days);

internal sealed record ServiceToken(string Token);

internal sealed record CreateWebhook(string Name, string Description, string Url, string Target, IReadOnlyList<string> Events, TagFilter? Filter = null);

internal sealed record TagFilter(string TagKey, string TagValue);

/// <summary>The only answer that holds the secret.</summary>
internal sealed record CreatedWebhook(string? Secret);

internal sealed record MoveWebhook(string Id, string Url);

internal sealed record RotateSecret(string Id, int OverlapHours);

internal sealed record KnownWebhook(string Id, string Name);

internal sealed record KnownWebhooks(IReadOnlyList<KnownWebhook>? Webhooks);
