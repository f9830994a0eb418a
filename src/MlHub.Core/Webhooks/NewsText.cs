using MlHub.Notifications;
using MlHub.Tracking;

namespace MlHub.Webhooks;

/// <summary>The one sentence that people read in a chat.</summary>
internal static class NewsText
{
    private const int Longest = 600;

    public static string Of(WebhookNews news)
    {
        var (row, facts) = (news.Row, news.Data.Facts);
        var version = news.Version is { } number ? $"{news.ModelName} version {number}" : news.ModelName;
        return Envelope.Cut(news.Event switch
        {
            WebhookEvents.ModelCreated => $"{row.Actor} created the model {news.ModelName}",
            WebhookEvents.PromptCreated => $"{row.Actor} created the prompt {news.ModelName}",
            WebhookEvents.PromptVersionCreated => $"{row.Actor} wrote {version} of a prompt",
            WebhookEvents.VersionReady => $"{version} is ready",
            WebhookEvents.VersionDeleted => $"{row.Actor} deleted {version}",
            WebhookEvents.VersionTagSet or WebhookEvents.PromptVersionTagSet or WebhookEvents.PromptTagSet => $"{row.Actor} set the tag {facts.After("key")} = {facts.After("value")} on {version}",
            WebhookEvents.VersionTagDeleted or WebhookEvents.PromptVersionTagDeleted or WebhookEvents.PromptTagDeleted => $"{row.Actor} removed the tag {facts.Before("key")} from {version}",
            WebhookEvents.AliasCreated or WebhookEvents.PromptAliasCreated => $"{row.Actor} made {version} the {facts.After("alias")}",
            WebhookEvents.AliasDeleted or WebhookEvents.PromptAliasDeleted => $"{row.Actor} took the alias {facts.Before("alias")} from {version}",
            WebhookEvents.CheckUpdated => $"The check {facts.After("name")} {CheckWord(facts.After("state"))} on {version}{Summary(facts.After("summary"))}",
            WebhookEvents.RunFinished => $"The run {facts.After("name")} finished",
            WebhookEvents.RunFailed => $"The run {facts.After("name")} {(facts.After("status") == nameof(RunStatus.Killed) ? "was killed" : "failed")}",
            _ => ServingText.OfOrNull(row, facts, version) ?? NotificationText.Of(row, facts, news.ModelName ?? news.Subject),
        }, Longest);
    }

    /// <summary>What the link leads to.</summary>
    public static string OfLink(WebhookNews news) =>
        news.ModelName is null ? "Open the run"
        : news.Event == WebhookEvents.RequestCreated ? $"Review version {news.Version}"
        : news.Version is { } version ? $"Open version {version}"
        : "Open the model";

    private static string CheckWord(string? state) => state?.ToUpperInvariant() switch { "PASSED" => "passed", "FAILED" => "failed", _ => "is pending" };

    private static string Summary(string? summary) => string.IsNullOrEmpty(summary) ? "" : $": {summary}";
}
