using System.Text;
using MlHub.Protocol.Webhooks;
using MlHub.Tracking;
using MlHub.Web.Api;
using MlHub.Web.Tracking;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>Between the messages of the webhooks' three families and MlHub's own things.</summary>
public static class WebhookMapping
{
    public static WebhookMessage ToMessage(this Webhook hook) => new(
        hook.PublicId, hook.Name, hook.Description, hook.Url, hook.Events.ConvertAll(ToMessage), hook.Status == WebhookStatus.Active ? "ACTIVE" : "DISABLED",
        hook.CreatedAt.ToUnixTimeMilliseconds(), hook.UpdatedAt.ToUnixTimeMilliseconds());

    public static RegistryWebhookMessage ToRegistryMessage(this FoundWebhook found)
    {
        var hook = found.Hook;
        var isJob = hook.Target == WebhookTarget.Job;
        return new(
            hook.PublicId, found.Model, hook.Events, hook.Description, ToWire(hook.Status), isJob ? null : new(hook.Url, null, null, true),
            isJob ? new(hook.Choices.JobId, null, hook.Choices.WorkspaceUrl ?? hook.Choices.JobHost) : null,
            hook.CreatedAt.ToUnixTimeMilliseconds(), hook.UpdatedAt.ToUnixTimeMilliseconds());
    }

    public static HubWebhookMessage ToHubMessage(this FoundWebhook found, DateTimeOffset now)
    {
        var (hook, choices, filter) = (found.Hook, found.Hook.Choices, WebhookFilter.Parse(found.Hook.Filter));
        return new(
            hook.PublicId, ToWire(hook.Family), hook.Name, hook.Description, found.Model, hook.Url, ToWire(hook.Target), ToWire(hook.Status), hook.Events,
            filter.IsEmpty ? null : new(filter.Stage, filter.TagKey, filter.TagValue, filter.Experiment),
            hook.Template, choices.Channel, choices.EventType, choices.Ref, choices.JobHost, choices.JobId, hook.IsOrdered, hook.SealedSecret is not null, hook.SecretHint,
            hook.SecretSetAt?.ToUnixTimeMilliseconds(), hook.PreviousSecretUntil > now ? hook.PreviousSecretUntil?.ToUnixTimeMilliseconds() : null,
            hook.SealedAuthorization is not null, hook.TrustedCertificates is not null, HealthOf(hook, now), hook.CreatedAt.ToUnixTimeMilliseconds(), hook.UpdatedAt.ToUnixTimeMilliseconds());
    }

    public static DeliveryMessage ToMessage(this DeliveryLine line) => new(
        Text(line.Id), line.MessageId, line.Event, line.Subject, line.Seq, ToWire(line.State), line.Attempts, line.CreatedAt.ToUnixTimeMilliseconds(),
        line.State == DeliveryState.Waiting ? line.NextAt.ToUnixTimeMilliseconds() : null, line.FinishedAt?.ToUnixTimeMilliseconds(), line.LastStatus);

    public static DeliveryResponse ToResponse(this DeliveryDetails details)
    {
        var d = details.Delivery;
        return new(
            new DeliveryLine(d.Id, d.MessageId, d.Event, d.Subject, d.Seq, d.CreatedAt, d.State, d.Lease is not null, d.Attempts, d.NextAt, d.FinishedAt, d.LastStatus).ToMessage(),
            Encoding.UTF8.GetString(d.Body),
            details.Attempts.Select(a => new DeliveryAttemptMessage(
                a.Number, a.At.ToUnixTimeMilliseconds(), a.Status, a.Error, a.Answer, a.ResolvedMs, a.ConnectedMs, a.SecuredMs, a.FirstByteMs, a.TotalMs, a.RequestHeaders)).ToList().OrNull());
    }

    public static string ToWire(WebhookStatus status) => status switch { WebhookStatus.Active => "ACTIVE", WebhookStatus.Disabled => "DISABLED", _ => "TEST_MODE" };

    public static string ToWire(WebhookTarget target) => target == WebhookTarget.AzureDevOps ? "azure_devops" : target.ToString().ToLowerInvariant();

    public static string ToWire(WebhookFamily family) => family == WebhookFamily.Hub ? "mlhub" : family.ToString().ToLowerInvariant();

    public static string ToWire(DeliveryState state) => state.ToString().ToLowerInvariant();

    /// <summary>Null where none was sent.</summary>
    public static WebhookStatus? StatusOf(string? status) => Of<WebhookStatus>(status, ToWire, "status");

    public static WebhookTarget? TargetOf(string? target) => Of<WebhookTarget>(target, ToWire, "target");

    public static DeliveryState? StateOf(string? state) => Of<DeliveryState>(state, ToWire, "state");

    /// <summary><c>model_version.created</c> of its two parts, in whatever case.</summary>
    public static string EventOf(WebhookEventMessage? message) =>
        $"{Needed.Text(Needed.Entry(message, "events").Entity, "entity")}.{Needed.Text(message!.Action, "action")}".ToLowerInvariant();

    public static int PageOf(long? maxResults) => maxResults is null ? 100 : (int)Math.Clamp(maxResults.Value, int.MinValue, int.MaxValue);

    private static WebhookEventMessage ToMessage(string name)
    {
        var dot = name.IndexOf('.', StringComparison.Ordinal);
        return new(name[..dot].ToUpperInvariant(), name[(dot + 1)..].ToUpperInvariant());
    }

    private static WebhookHealthMessage HealthOf(Webhook hook, DateTimeOffset now) => new(
        WebhookStanding.Of(hook, now).Word, hook.FailuresInARow, hook.LastSuccessAt?.ToUnixTimeMilliseconds(), hook.LastFailureAt?.ToUnixTimeMilliseconds(),
        hook.FailingSince?.ToUnixTimeMilliseconds(), hook.PausedUntil > now ? hook.PausedUntil?.ToUnixTimeMilliseconds() : null, hook.DisabledReason);

    private static T? Of<T>(string? text, Func<T, string> toWire, string field)
        where T : struct, Enum
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        var known = Enum.GetValues<T>();
        var found = known.Where(k => toWire(k).Equals(text, StringComparison.OrdinalIgnoreCase)).Select(k => (T?)k).FirstOrDefault();
        return found ?? throw HubException.Invalid($"Invalid value '{LogRules.Shown(text)}' for parameter '{field}' supplied: It must be one of: {string.Join(", ", known.Select(toWire))}.");
    }

    private static string Text(long id) => id.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
