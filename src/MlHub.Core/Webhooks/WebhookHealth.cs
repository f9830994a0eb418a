using MlHub.Access;
using MlHub.Events;

namespace MlHub.Webhooks;

/// <summary>
/// What attempts say about their receiver. After four failures in a row the circuit opens: nothing is sent for a minute, then one
/// delivery as a probe, and each that fails doubles the wait up to a day. A receiver that fails for five days is given up.
/// </summary>
internal static class WebhookHealth
{
    public const int CircuitOpensAt = 4;

    private static readonly TimeSpan FirstPause = TimeSpan.FromMinutes(1), LongestPause = TimeSpan.FromHours(24), GivenUpAfter = TimeSpan.FromDays(5),
        OneDay = TimeSpan.FromDays(1), Precise = TimeSpan.FromSeconds(1);

    public static void Succeeded(Webhook webhook, DateTimeOffset at)
    {
        webhook.FailuresInARow = 0;
        webhook.FailingSince = null;
        webhook.PausedUntil = null;
        // Not for each of hundreds a second.
        if (webhook.LastSuccessAt is not { } last || (at - last).Duration() > Precise)
        {
            webhook.LastSuccessAt = at;
        }
    }

    /// <summary>Why it is to be disabled; null where it is not.</summary>
    /// <param name="isProbe">Whether the circuit was open already when this was sent.</param>
    public static string? Failed(Webhook webhook, DateTimeOffset at, SendResult result, bool isProbe)
    {
        if (result.Status == 410)
        {
            return "The receiver answered 410 Gone: it wants no more.";
        }

        // One failure in a day is an accident; with the second one the clock starts.
        if (webhook.FailuresInARow > 0 && webhook.LastFailureAt is { } last && at - last < OneDay)
        {
            webhook.FailingSince ??= at;
        }

        webhook.LastFailureAt = at;
        if (webhook.FailingSince is { } since && at - since >= GivenUpAfter)
        {
            return $"No delivery succeeded in the five days since {since:yyyy-MM-dd HH:mm} UTC.";
        }

        // What was under way when the circuit opened says nothing new.
        if (isProbe || !(webhook.PausedUntil > at))
        {
            webhook.FailuresInARow++;
            Pause(webhook, at, webhook.FailuresInARow < CircuitOpensAt ? TimeSpan.Zero : PauseAfter(webhook.FailuresInARow));
        }

        if (result is { Status: 429 or 503, RetryAfter: { } asked })
        {
            Pause(webhook, at, DeliverySchedule.Within(asked));
        }

        return null;
    }

    /// <summary>Stops it in the name of MlHub, with an event that its owner hears of. What waits is kept.</summary>
    public static void Disable(this HubDb db, Webhook webhook, DateTimeOffset at, string reason)
    {
        webhook.Status = WebhookStatus.Disabled;
        webhook.DisabledReason = reason;
        webhook.UpdatedAt = at;
        db.Record(HubEvent.Of(
            Caller.System, at, EventKinds.WebhookDisabled, webhook.PublicId, modelId: webhook.ModelId,
            before: new { status = WebhookStatus.Active.ToString() }, after: new { name = webhook.Name, status = webhook.Status.ToString(), reason, owner = webhook.OwnerId }));
    }

    /// <summary>As if nothing had failed yet: for whoever enables it again.</summary>
    public static void StartAfresh(this Webhook webhook)
    {
        webhook.FailuresInARow = 0;
        webhook.FailingSince = null;
        webhook.PausedUntil = null;
        webhook.DisabledReason = null;
    }

    private static void Pause(Webhook webhook, DateTimeOffset at, TimeSpan length)
    {
        if (length > TimeSpan.Zero && !(webhook.PausedUntil > at + length))
        {
            webhook.PausedUntil = at + length;
        }
    }

    private static TimeSpan PauseAfter(int failures)
    {
        var pause = FirstPause * Math.Pow(2, Math.Min(failures - CircuitOpensAt, 20));
        return pause < LongestPause ? pause : LongestPause;
    }
}
