using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>How a webhook stands, in a word for programs and in one for people.</summary>
/// <param name="Tone">The class of its chip.</param>
public sealed record WebhookStanding(string Word, string Name, string Tone)
{
    public static WebhookStanding Of(Webhook hook, DateTimeOffset now) => hook switch
    {
        { Status: WebhookStatus.Disabled } => new("disabled", "Disabled", hook.DisabledReason is null ? "plain" : "failed"),
        { Status: WebhookStatus.TestMode } => new("test_mode", "Test mode", "plain"),
        { PausedUntil: { } until } when until > now => new("paused", "Paused", "failed"),
        { FailuresInARow: > 0 } => new("failing", "Failing", "failed"),
        { LastSuccessAt: not null } => new("healthy", "Healthy", "finished"),
        _ => new("new", "Nothing sent yet", "plain"),
    };
}
