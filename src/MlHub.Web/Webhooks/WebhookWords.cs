using MlHub.Registry;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>Events and targets in people's words.</summary>
public static class WebhookWords
{
    /// <summary>What follows "when", by event.</summary>
    private static readonly Dictionary<string, string> Phrases = new()
    {
        [WebhookEvents.VersionCreated] = "a version is registered",
        [WebhookEvents.VersionReady] = "a version is ready to load",
        [WebhookEvents.VersionMoved] = "a version changes its stage",
        [WebhookEvents.VersionDeleted] = "a version is deleted",
        [WebhookEvents.RequestCreated] = "a request is opened",
        [WebhookEvents.RequestApproved] = "a request is approved",
        [WebhookEvents.RequestRejected] = "a request is rejected",
        [WebhookEvents.RequestCancelled] = "a request is taken back",
        [WebhookEvents.CommentCreated] = "somebody comments",
        [WebhookEvents.CheckUpdated] = "a check is reported",
        [WebhookEvents.VersionTagSet] = "a version's tag is set",
        [WebhookEvents.VersionTagDeleted] = "a version's tag is removed",
        [WebhookEvents.AliasCreated] = "an alias is set",
        [WebhookEvents.AliasDeleted] = "an alias is removed",
        [WebhookEvents.ModelCreated] = "a model is created",
        [WebhookEvents.ServingChanged] = "serving changes",
        [WebhookEvents.BatchCreated] = "a batch job begins",
        [WebhookEvents.DeploymentRequested] = "a deployment is asked for",
        [WebhookEvents.DeploymentDone] = "a version is deployed",
        [WebhookEvents.DeploymentFailed] = "a deployment fails",
        [WebhookEvents.DeploymentRemoved] = "a deployment is taken away",
        [WebhookEvents.BatchEnded] = "a batch job ends",
        [WebhookEvents.RunFinished] = "a run finishes",
        [WebhookEvents.RunFailed] = "a run fails",
        [WebhookEvents.PromptCreated] = "a prompt is created",
        [WebhookEvents.PromptVersionCreated] = "a prompt gets a version",
        [WebhookEvents.PromptTagSet] = "a prompt's tag is set",
        [WebhookEvents.PromptTagDeleted] = "a prompt's tag is removed",
        [WebhookEvents.PromptVersionTagSet] = "a tag of a prompt's version is set",
        [WebhookEvents.PromptVersionTagDeleted] = "a tag of a prompt's version is removed",
        [WebhookEvents.PromptAliasCreated] = "a prompt's alias is set",
        [WebhookEvents.PromptAliasDeleted] = "a prompt's alias is removed",
        [DatabricksEvents.ModelCreated] = "a model is created",
        [DatabricksEvents.VersionCreated] = "a version is registered",
        [DatabricksEvents.VersionMoved] = "a version changes its stage",
        [DatabricksEvents.RequestCreated] = "a request is opened",
        [DatabricksEvents.VersionTagSet] = "a version's tag is set",
        [DatabricksEvents.CommentCreated] = "somebody comments",
    };

    private static readonly (string Title, string[] Names)[] Groups =
    [
        ("Reviews", [WebhookEvents.RequestCreated, WebhookEvents.RequestApproved, WebhookEvents.RequestRejected, WebhookEvents.RequestCancelled, WebhookEvents.CommentCreated, WebhookEvents.CheckUpdated]),
        ("Versions", [WebhookEvents.VersionCreated, WebhookEvents.VersionReady, WebhookEvents.VersionMoved, WebhookEvents.VersionDeleted]),
        ("Serving", [WebhookEvents.ServingChanged, WebhookEvents.DeploymentRequested, WebhookEvents.DeploymentDone, WebhookEvents.DeploymentFailed, WebhookEvents.DeploymentRemoved, WebhookEvents.BatchCreated, WebhookEvents.BatchEnded]),
        ("Tags and aliases", [WebhookEvents.VersionTagSet, WebhookEvents.VersionTagDeleted, WebhookEvents.AliasCreated, WebhookEvents.AliasDeleted]),
        ("Models and runs", [WebhookEvents.ModelCreated, WebhookEvents.RunFinished, WebhookEvents.RunFailed]),
        ("Prompts", [.. WebhookEvents.All.Where(e => e.StartsWith("prompt", StringComparison.Ordinal))]),
    ];

    /// <summary>What such a webhook can ask for, in groups; of one model only what happens to one.</summary>
    public static IEnumerable<(string Title, IReadOnlyList<string> Names)> GroupsFor(WebhookFamily family, WebhookTarget target, bool ofModel)
    {
        var groups = family == WebhookFamily.Databricks || target == WebhookTarget.Databricks ? [("Databricks' events", [.. DatabricksEvents.All])] : Groups;
        return groups.Select(g => (g.Title, (IReadOnlyList<string>)[.. g.Names.Where(n => !ofModel || !WebhookEvents.OfHub.Contains(n))])).Where(g => g.Item2.Count > 0);
    }

    /// <summary>What follows "when", with the stage that is asked for, if any.</summary>
    public static string PhraseOf(string name, string? stage = null) =>
        stage is not null && name is (WebhookEvents.RequestCreated or DatabricksEvents.RequestCreated) ? $"a request to {stage} is opened"
        : stage is not null && name is (WebhookEvents.RequestApproved or WebhookEvents.RequestRejected or WebhookEvents.RequestCancelled) ? PhraseOf(name).Replace("a request", $"a request to {stage}", StringComparison.Ordinal)
        : stage is not null && name is (WebhookEvents.VersionMoved or DatabricksEvents.VersionMoved) ? $"a version moves to {stage}"
        : Phrases.TryGetValue(name, out var phrase) ? phrase
        : StageIn(name) is { } to ? (name.StartsWith("TRANSITION_REQUEST", StringComparison.Ordinal) ? $"a request to {to} is opened" : $"a version moves to {to}")
        : name;

    public static string NameOf(WebhookTarget target) => target switch
    {
        WebhookTarget.Mlflow => "JSON",
        WebhookTarget.AzureDevOps => "Azure DevOps",
        WebhookTarget.Teams => "Teams",
        _ => target.ToString(),
    };

    public static string MeaningOf(WebhookTarget target) => target switch
    {
        WebhookTarget.Slack => "A message with a link to the review",
        WebhookTarget.Teams => "A card with a button to the review",
        WebhookTarget.GitHub => "repository_dispatch starts workflows",
        WebhookTarget.AzureDevOps => "Runs a pipeline",
        WebhookTarget.Mlflow => "MLflow's envelope, signed",
        WebhookTarget.Databricks => "Databricks' flat body, signed",
        WebhookTarget.Template => "A body of your own, in Liquid",
        _ => "Starts a job on a configured host",
    };

    public static string IconOf(WebhookTarget target) => target switch
    {
        WebhookTarget.Slack or WebhookTarget.Teams => "message-square",
        WebhookTarget.GitHub or WebhookTarget.AzureDevOps => "git-branch",
        WebhookTarget.Job => "terminal",
        _ => "webhook",
    };

    private static string? StageIn(string name) => Stages.All.Select(s => s.ToString()).FirstOrDefault(s => name.Contains($"_TO_{s.ToUpperInvariant()}", StringComparison.Ordinal));
}
