using System.Globalization;
using MlHub.Events;

namespace MlHub.Notifications;

/// <summary>The one sentence of a notification.</summary>
internal static class NotificationText
{
    private const int Quoted = 160;

    public static string Of(HubEvent row, EventFacts facts, string model)
    {
        var version = row.Version is { } number ? string.Create(CultureInfo.InvariantCulture, $"{model} version {number}") : model;
        return Cut(row.Kind switch
        {
            EventKinds.VersionCreated => $"{row.Actor} registered {version}",
            EventKinds.VersionFailed => $"{version} could not be registered{Quote(facts.After("message"))}",
            EventKinds.RequestOpened => $"{row.Actor} asks to move {version} to {facts.After("toStage")}{Quote(facts.After("comment"))}",
            EventKinds.RequestEndorsed => $"{row.Actor} approved moving {version} to {facts.After("toStage")}; more is needed{Quote(facts.After("comment"))}",
            EventKinds.RequestApproved => $"{row.Actor} approved moving {version} to {facts.After("toStage")}{Overriding(facts)}{Quote(facts.After("comment"))}",
            EventKinds.RequestRejected => $"{row.Actor} rejected moving {version} to {facts.After("toStage")}{Quote(facts.After("comment"))}",
            EventKinds.RequestCancelled => $"{row.Actor} took back the request to move {version} to {facts.After("toStage")}{Quote(facts.After("comment"))}",
            EventKinds.VersionMoved when facts.After("isRollback") is not null => $"{row.Actor} rolled {facts.After("stage")} back to {version}{Quote(facts.After("comment"))}",
            EventKinds.VersionMoved => $"{row.Actor} moved {version} from {facts.Before("stage")} to {facts.After("stage")}{Overriding(facts)}{Quote(facts.After("comment") ?? facts.After("systemComment"))}",
            EventKinds.CommentCreated => $"{row.Actor} commented on {version}{Quote(facts.After("text"))}",
            EventKinds.CheckReported => $"The check {facts.After("name")} failed on {version}{Quote(facts.After("summary"))}",
            _ => ServingText.OfOrNull(row, facts, version) ?? $"{row.Actor} changed {version}",
        });
    }

    public static string OfMention(HubEvent row, EventFacts facts, string model) =>
        Cut(string.Create(CultureInfo.InvariantCulture, $"{row.Actor} mentioned you on {model} version {row.Version}{Quote(facts.After("text"))}"));

    public static string OfOwned(HubEvent row, EventFacts facts) =>
        Cut(ServingText.OfOrNull(row, facts, row.Subject) ?? $"The webhook {facts.After("name")} was disabled: {facts.After("reason")}");

    private static string Overriding(EventFacts facts) => facts.After("overrideReason") is { Length: > 0 } ? ", setting the policy aside" : "";

    private static string Quote(string? text)
    {
        var line = string.Join(' ', (text ?? "").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return line.Length == 0 ? "" : line.Length <= Quoted ? $": “{line}”" : $": “{line[..Quoted].TrimEnd()}…”";
    }

    private static string Cut(string text) => text.Length <= Limits.NotificationText ? text : text[..(Limits.NotificationText - 1)] + "…";
}
