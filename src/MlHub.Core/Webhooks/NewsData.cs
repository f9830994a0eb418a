using System.Globalization;
using System.Text.Json.Nodes;
using MlHub.Events;
using MlHub.Tracking;

namespace MlHub.Webhooks;

/// <summary>The <c>data</c> of MLflow's envelope: MLflow's own fields of MLflow's events, and as much for those that it has not.</summary>
internal sealed class NewsData(HubEvent row, string? model)
{
    private const string PromptPrefix = "mlflow.prompt.", PromptText = "mlflow.prompt.text";

    private readonly EventFacts _facts = new(row);

    /// <summary>What the version is now, where it is still there.</summary>
    public string? Source { get; init; }
    public string? RunId { get; init; }
    public string? Description { get; init; }
    public IReadOnlyDictionary<string, string>? Tags { get; init; }
    public EventFacts Facts => _facts;

    public JsonObject Of(string name) => name switch
    {
        WebhookEvents.ModelCreated => new() { ["name"] = model, ["tags"] = GivenTags(), ["description"] = Some(_facts.After("description")) },
        WebhookEvents.PromptCreated => new() { ["name"] = model, ["tags"] = WithoutPrompt(GivenTags()), ["description"] = Some(_facts.After("description")) },
        WebhookEvents.VersionCreated => Created(GivenTags(), _facts.After("source"), _facts.After("runId"), _facts.After("description")),
        WebhookEvents.VersionReady => Created(Written(Tags), Source, RunId, Description),
        WebhookEvents.PromptVersionCreated => new()
        {
            ["name"] = model,
            ["version"] = Version,
            ["template"] = GivenTags()[PromptText]?.ToString() ?? "",
            ["tags"] = WithoutPrompt(GivenTags()),
            ["description"] = Some(_facts.After("description")),
        },
        WebhookEvents.PromptTagSet => new() { ["name"] = model, ["key"] = _facts.After("key"), ["value"] = _facts.After("value") },
        WebhookEvents.PromptTagDeleted => new() { ["name"] = model, ["key"] = _facts.Before("key") },
        WebhookEvents.VersionTagSet or WebhookEvents.PromptVersionTagSet =>
            new() { ["name"] = model, ["version"] = Version, ["key"] = _facts.After("key"), ["value"] = _facts.After("value") },
        WebhookEvents.VersionTagDeleted or WebhookEvents.PromptVersionTagDeleted => new() { ["name"] = model, ["version"] = Version, ["key"] = _facts.Before("key") },
        WebhookEvents.AliasCreated or WebhookEvents.PromptAliasCreated => new() { ["name"] = model, ["alias"] = _facts.After("alias"), ["version"] = Version },
        WebhookEvents.AliasDeleted or WebhookEvents.PromptAliasDeleted => new() { ["name"] = model, ["alias"] = _facts.Before("alias") },
        WebhookEvents.VersionMoved => Present(
            ("name", model), ("version", Version), ("from_stage", _facts.Before("stage")), ("to_stage", _facts.After("stage")), ("comment", _facts.After("comment")),
            ("system_comment", _facts.After("systemComment")), ("override_reason", _facts.After("overrideReason"))),
        WebhookEvents.VersionDeleted => Present(("name", model), ("version", Version), ("stage", _facts.Before("stage")), ("run_id", _facts.Before("runId"))),
        WebhookEvents.CommentCreated => Present(("name", model), ("version", Version), ("id", _facts.After("id")), ("comment", _facts.After("text"))),
        WebhookEvents.CheckUpdated => Present(
            ("name", model), ("version", Version), ("check", _facts.After("name")), ("state", _facts.After("state")?.ToUpperInvariant()), ("summary", _facts.After("summary"))),
        WebhookEvents.RunFinished or WebhookEvents.RunFailed => Run(),
        WebhookEvents.ServingChanged => Serving(),
        WebhookEvents.BatchCreated => Present(
            ("name", model), ("job_id", _facts.After("job")), ("endpoint", _facts.After("endpoint")), ("source", _facts.After("source")), ("schedule_id", _facts.After("schedule"))),
        WebhookEvents.DeploymentRequested => Present(("name", model), ("target", _facts.After("target")), ("requested_version", _facts.After("version")), ("creator", row.Actor)),
        WebhookEvents.DeploymentDone or WebhookEvents.DeploymentFailed or WebhookEvents.DeploymentRemoved => Present(
            ("name", model), ("version", _facts.After("version")), ("target", _facts.After("target")), ("requested_version", _facts.After("selector")), ("reason", _facts.After("reason"))),
        WebhookEvents.BatchEnded => Present(
            ("name", model), ("version", Version), ("job_id", _facts.After("job")), ("state", _facts.After("state")?.ToUpperInvariant()), ("rows", _facts.After("rows")),
            ("refused_rows", _facts.After("refused")), ("reason", _facts.After("reason"))),
        _ => Present(
            ("name", model), ("version", Version), ("id", _facts.After("id")), ("from_stage", _facts.After("fromStage")), ("to_stage", _facts.After("toStage")),
            ("creator", _facts.After("creator") ?? row.Actor), ("comment", _facts.After("comment"))),
    };

    private string? Version => row.Version?.ToString(CultureInfo.InvariantCulture);

    private JsonObject Created(JsonObject tags, string? source, string? runId, string? description) => new()
    {
        ["name"] = model,
        ["version"] = Version,
        ["source"] = source ?? "",
        ["run_id"] = Some(runId),
        ["tags"] = tags,
        ["description"] = Some(description),
    };

    private JsonObject Run() => new()
    {
        ["run_id"] = row.Subject,
        ["run_name"] = _facts.After("name"),
        ["experiment_id"] = row.ExperimentId?.ToString(CultureInfo.InvariantCulture),
        ["status"] = _facts.After("status")?.ToUpperInvariant(),
        ["end_time"] = long.TryParse(_facts.After("endTime"), NumberStyles.None, CultureInfo.InvariantCulture, out var end) ? end : null,
        ["tags"] = Written(Tags?.Where(t => !t.Key.StartsWith("mlflow.", StringComparison.Ordinal)).ToDictionary()),
    };

    private JsonObject Serving()
    {
        var data = Present(("name", model), ("version", Version));
        data["change"] = row.Kind;
        data["state"] = JsonNode.Parse(row.After ?? "null");
        return data;
    }

    private JsonObject GivenTags() => _facts.AfterJson("tags") is { } tags ? JsonNode.Parse(tags.GetRawText()) as JsonObject ?? [] : [];

    private static JsonObject WithoutPrompt(JsonObject tags) =>
        new(tags.Where(t => !t.Key.StartsWith(PromptPrefix, StringComparison.Ordinal)).Select(t => KeyValuePair.Create(t.Key, t.Value?.DeepClone())));

    private static JsonObject Written(IReadOnlyDictionary<string, string>? tags) =>
        new((tags ?? WebhookNews.NoTags).OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => KeyValuePair.Create(t.Key, (JsonNode?)t.Value)));

    private static JsonObject Present(params (string Name, string? Value)[] fields) =>
        new(fields.Where(f => !string.IsNullOrEmpty(f.Value)).Select(f => KeyValuePair.Create(f.Name, (JsonNode?)f.Value)));

    private static string? Some(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
