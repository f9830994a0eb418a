using System.Text.Json;

namespace MlHub.Webhooks;

/// <summary>What only some targets need; what is null was not chosen. Kept as JSON in <see cref="Webhook.Options"/>.</summary>
/// <param name="Channel">Slack: where the message is to appear, if not where the address leads to anyway.</param>
/// <param name="EventType">GitHub: the <c>event_type</c>; the event's name where there is none.</param>
/// <param name="Ref">Azure DevOps: the branch to run, <c>refs/heads/main</c>.</param>
/// <param name="JobHost">The name of a configured job host.</param>
/// <param name="JobId">What it is to start, in the words of its kind.</param>
public sealed record WebhookChoices(
    string? Channel = null, string? EventType = null, string? Ref = null, string? JobHost = null, JobKind? JobKind = null, string? JobId = null, string? WorkspaceUrl = null)
{
    public static WebhookChoices Parse(string? json) => json is null ? new() : JsonSerializer.Deserialize<WebhookChoices>(json, JsonSerializerOptions.Web)!;

    public string? ToJson() => this == new WebhookChoices() ? null : JsonSerializer.Serialize(this, JsonSerializerOptions.Web);
}
