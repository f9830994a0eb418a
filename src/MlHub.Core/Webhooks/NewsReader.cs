using Microsoft.EntityFrameworkCore;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Tracking;

namespace MlHub.Webhooks;

/// <summary>What webhooks are told of an event: none of most, several of some.</summary>
internal static class NewsReader
{
    /// <summary>A model with this tag is what MLflow calls a prompt.</summary>
    public const string PromptTag = "mlflow.prompt.is_prompt";

    public static async Task<IReadOnlyList<WebhookNews>> ReadAsync(HubDb db, long seq, HubEvent row, CancellationToken cancel)
    {
        var facts = new EventFacts(row);
        if (row.Kind == EventKinds.RunUpdated)
        {
            return RunEvent(facts) is { } name ? await OfRunAsync(db, seq, row, name, cancel) : [];
        }

        // Whether the model is a prompt is known only after reading it, whether the event tells anything before.
        return row.ModelId is not null && (Names(row, facts, false).Any() || Names(row, facts, true).Any()) ? await OfModelAsync(db, seq, row, facts, cancel) : [];
    }

    private static async Task<IReadOnlyList<WebhookNews>> OfModelAsync(HubDb db, long seq, HubEvent row, EventFacts facts, CancellationToken cancel)
    {
        if (await db.RegisteredModels.AsNoTracking().Include(m => m.Tags).FirstOrDefaultAsync(m => m.Id == row.ModelId, cancel) is not { } model)
        {
            return [];
        }

        var version = row.Version is null ? null
            : await db.ModelVersions.AsNoTracking().Include(v => v.Tags).FirstOrDefaultAsync(v => v.ModelId == model.Id && v.Number == row.Version, cancel);
        var tags = model.Tags.ToDictionary(t => t.Key, t => t.Value);
        var data = new NewsData(row, model.Name) { Source = version?.Source, RunId = version?.RunId, Tags = version?.Tags.ToDictionary(t => t.Key, t => t.Value), Description = version?.Description };
        return [.. Names(row, facts, tags.ContainsKey(PromptTag)).Select(name => new WebhookNews(name, row.Subject, seq, row, model.Name)
        {
            ModelTags = tags,
            Tags = data.Tags ?? WebhookNews.NoTags,
            Stage = facts.After("toStage") ?? facts.After("stage") ?? version?.Stage.ToString(),
            Data = data,
        })];
    }

    private static async Task<IReadOnlyList<WebhookNews>> OfRunAsync(HubDb db, long seq, HubEvent row, string name, CancellationToken cancel)
    {
        var tags = await db.RunTags.AsNoTracking().Where(t => db.Runs.Any(r => r.Key == t.RunKey && r.RunId == row.Subject)).ToDictionaryAsync(t => t.Key, t => t.Value, cancel);
        return [new WebhookNews(name, row.Subject, seq, row, null) { Tags = tags, Data = new NewsData(row, null) { Tags = tags } }];
    }

    private static string? RunEvent(EventFacts facts) =>
        facts.After("status") is not { } now || now == facts.Before("status") ? null
        : now == nameof(RunStatus.Finished) ? WebhookEvents.RunFinished
        : now is nameof(RunStatus.Failed) or nameof(RunStatus.Killed) ? WebhookEvents.RunFailed
        : null;

    /// <summary>Databricks knows no prompts.</summary>
    private static IEnumerable<string> Names(HubEvent row, EventFacts facts, bool isPrompt) =>
        isPrompt ? Own(row, facts, isPrompt) : Own(row, facts, isPrompt).Concat(DatabricksEvents.Of(row, facts));

    private static IEnumerable<string> Own(HubEvent row, EventFacts facts, bool isPrompt) => row.Kind switch
    {
        EventKinds.ModelCreated => [isPrompt ? WebhookEvents.PromptCreated : WebhookEvents.ModelCreated],
        EventKinds.ModelTagSet => isPrompt ? [WebhookEvents.PromptTagSet] : [],
        EventKinds.ModelTagDeleted => isPrompt ? [WebhookEvents.PromptTagDeleted] : [],
        EventKinds.VersionCreated when isPrompt => [WebhookEvents.PromptVersionCreated],
        // Without an upload to wait for, it is ready as it is made.
        EventKinds.VersionCreated when facts.After("status") == VersionStatus.Ready.ToWire() => [WebhookEvents.VersionCreated, WebhookEvents.VersionReady],
        EventKinds.VersionCreated => [WebhookEvents.VersionCreated],
        EventKinds.VersionReady => [WebhookEvents.VersionReady],
        EventKinds.VersionMoved => [WebhookEvents.VersionMoved],
        EventKinds.VersionDeleted => [WebhookEvents.VersionDeleted],
        EventKinds.VersionTagSet => [isPrompt ? WebhookEvents.PromptVersionTagSet : WebhookEvents.VersionTagSet],
        EventKinds.VersionTagDeleted => [isPrompt ? WebhookEvents.PromptVersionTagDeleted : WebhookEvents.VersionTagDeleted],
        EventKinds.AliasSet => [isPrompt ? WebhookEvents.PromptAliasCreated : WebhookEvents.AliasCreated],
        EventKinds.AliasDeleted => [isPrompt ? WebhookEvents.PromptAliasDeleted : WebhookEvents.AliasDeleted],
        EventKinds.RequestOpened => [WebhookEvents.RequestCreated],
        EventKinds.RequestApproved => [WebhookEvents.RequestApproved],
        EventKinds.RequestRejected => [WebhookEvents.RequestRejected],
        EventKinds.RequestCancelled => [WebhookEvents.RequestCancelled],
        EventKinds.CommentCreated => [WebhookEvents.CommentCreated],
        EventKinds.CheckReported => [WebhookEvents.CheckUpdated],
        EventKinds.ServingEnabled or EventKinds.ServingDisabled or EventKinds.ServingFailed or EventKinds.ServingRecovered
            or EventKinds.ServingSettled or EventKinds.ServingRetried or EventKinds.ServingPythonTrusted or EventKinds.ServingPythonDistrusted
            or EventKinds.TrafficSet or EventKinds.TrafficEnded or EventKinds.CanaryRolledBack or EventKinds.CaptureSet or EventKinds.CaptureDeleted => [WebhookEvents.ServingChanged],
        EventKinds.BatchCreated => [WebhookEvents.BatchCreated],
        EventKinds.BatchFinished or EventKinds.BatchFailed or EventKinds.BatchStopped => [WebhookEvents.BatchEnded],
        EventKinds.DeploymentRequested => [WebhookEvents.DeploymentRequested],
        EventKinds.DeploymentDone => [WebhookEvents.DeploymentDone],
        EventKinds.DeploymentFailed => [WebhookEvents.DeploymentFailed],
        EventKinds.DeploymentRemoved => [WebhookEvents.DeploymentRemoved],
        _ => [],
    };
}
