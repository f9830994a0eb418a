using System.Text.Json;
using MlHub.Events;

namespace MlHub.Webhooks;

/// <summary>An example of each event, made like the event itself: what a test sends, and what pages show.</summary>
internal static class NewsExamples
{
    private const string Run = "4f8a1c62e0b94d7f9a35b1c2d3e4f506";
    private static readonly Dictionary<string, string> Tags = new() { ["team"] = "pricing" };

    public static WebhookNews Of(string name, DateTimeOffset at, string? model)
    {
        var (kind, version, before, after) = Facts(name, model ?? "price");
        var isRun = kind == EventKinds.RunUpdated;
        var subject = isRun ? Run : version is null ? model ?? "price" : $"{model ?? "price"}/{version}";
        var row = new HubEvent
        {
            At = at,
            Actor = "ana",
            Kind = kind,
            Subject = subject,
            ExperimentId = isRun ? 1 : null,
            Version = version,
            Before = before is null ? null : JsonSerializer.Serialize(before, JsonSerializerOptions.Web),
            After = after is null ? null : JsonSerializer.Serialize(after, JsonSerializerOptions.Web),
        };
        var known = isRun ? null : model ?? "price";
        var data = new NewsData(row, known) { Source = $"runs:/{Run}/model", RunId = Run, Tags = Tags, Description = "Gradient boosting on the sales of September." };
        return new(name, subject, 0, row, known) { ModelTags = Tags, Tags = Tags, Stage = data.Facts.After("toStage") ?? data.Facts.After("stage"), Data = data };
    }

    private static (string Kind, int? Version, object? Before, object? After) Facts(string name, string model) => name switch
    {
        WebhookEvents.ModelCreated or WebhookEvents.PromptCreated or DatabricksEvents.ModelCreated =>
            (EventKinds.ModelCreated, null, null, new { name = model, description = "Prices of houses.", tags = Tags }),
        WebhookEvents.VersionCreated or DatabricksEvents.VersionCreated => (EventKinds.VersionCreated, 3, null, Version(Tags)),
        WebhookEvents.PromptVersionCreated => (EventKinds.VersionCreated, 3, null, Version(new() { ["mlflow.prompt.text"] = "Summarise {{text}}.", ["team"] = "pricing" })),
        WebhookEvents.VersionReady => (EventKinds.VersionReady, 3, null, new { status = "READY" }),
        WebhookEvents.VersionTagSet or WebhookEvents.PromptVersionTagSet or DatabricksEvents.VersionTagSet => (EventKinds.VersionTagSet, 3, null, new { key = "validated", value = "true" }),
        WebhookEvents.VersionTagDeleted or WebhookEvents.PromptVersionTagDeleted => (EventKinds.VersionTagDeleted, 3, new { key = "validated", value = "true" }, null),
        WebhookEvents.PromptTagSet => (EventKinds.ModelTagSet, null, null, new { key = "team", value = "pricing" }),
        WebhookEvents.PromptTagDeleted => (EventKinds.ModelTagDeleted, null, new { key = "team", value = "pricing" }, null),
        WebhookEvents.AliasCreated or WebhookEvents.PromptAliasCreated => (EventKinds.AliasSet, 3, null, new { alias = "champion", version = 3 }),
        WebhookEvents.AliasDeleted or WebhookEvents.PromptAliasDeleted => (EventKinds.AliasDeleted, 3, new { alias = "champion", version = 3 }, null),
        WebhookEvents.VersionMoved => (EventKinds.VersionMoved, 3, new { stage = "Staging" }, new { stage = "Production", comment = "Better in every district." }),
        WebhookEvents.VersionDeleted => (EventKinds.VersionDeleted, 3, new { stage = "Archived", runId = Run }, null),
        WebhookEvents.CommentCreated or DatabricksEvents.CommentCreated => (EventKinds.CommentCreated, 3, null, new { id = "5d1e", text = "Why is the error higher in winter?" }),
        WebhookEvents.CheckUpdated => (EventKinds.CheckReported, 3, null, new { name = "gate/schema", state = "Failed", summary = "2 columns are missing" }),
        WebhookEvents.RunFinished => (EventKinds.RunUpdated, null, new { status = "Running" }, new { status = "Finished", endTime = 1_760_000_000_000, name = "gb-42" }),
        WebhookEvents.RunFailed => (EventKinds.RunUpdated, null, new { status = "Running" }, new { status = "Failed", endTime = 1_760_000_000_000, name = "gb-42" }),
        WebhookEvents.ServingChanged => (EventKinds.ServingFailed, 3, null, new { state = "Failing", reason = "The scoring worker ended with signal 9" }),
        WebhookEvents.BatchCreated => (EventKinds.BatchCreated, null, null, new { job = "0199e2a4-5b7c-7d1e-8f20-314253647586", endpoint = "Production", source = "houses.csv" }),
        WebhookEvents.DeploymentRequested => (EventKinds.DeploymentRequested, null, null, new { target = "edge", version = "Production" }),
        WebhookEvents.DeploymentDone => (EventKinds.DeploymentDone, 3, null, new { target = "edge", version = 3, selector = "Production" }),
        WebhookEvents.DeploymentFailed =>
            (EventKinds.DeploymentFailed, null, null, new { target = "edge", version = 2, selector = "Production", reason = "The server answered 507 to POST models: no space left on device" }),
        WebhookEvents.DeploymentRemoved => (EventKinds.DeploymentRemoved, null, null, new { target = "edge", selector = "Production" }),
        WebhookEvents.BatchEnded => (EventKinds.BatchFinished, 3, null, new { job = "0199e2a4-5b7c-7d1e-8f20-314253647586", state = "Done", rows = 250_000, refused = 2 }),
        _ when DatabricksEvents.IsMove(name) => (EventKinds.VersionMoved, 3, new { stage = "None" }, new { stage = StageOf(name) }),
        _ when DatabricksEvents.IsRequest(name) => (EventKinds.RequestOpened, 3, null, Request(StageOf(name))),
        _ => (EventKinds.RequestOpened.Replace("opened", name[(name.IndexOf('.', StringComparison.Ordinal) + 1)..].Replace("created", "opened", StringComparison.Ordinal), StringComparison.Ordinal), 3, null, Request("Production")),
    };

    private static object Version(Dictionary<string, string> tags) =>
        new { source = $"runs:/{Run}/model", runId = Run, status = "READY", description = "Gradient boosting on the sales of September.", tags, stage = "None" };

    private static object Request(string stage) => new { id = 12, fromStage = "Staging", toStage = stage, comment = "Better in every district.", creator = "ana" };

    private static string StageOf(string name) => name.Contains("STAGING", StringComparison.Ordinal) ? "Staging" : name.Contains("ARCHIVED", StringComparison.Ordinal) ? "Archived" : "Production";
}
