namespace MlHub.Webhooks;

/// <summary>
/// The names under which webhooks hear of events: <c>entity.action</c>, MLflow's own where MLflow has one.
/// </summary>
public static class WebhookEvents
{
    public const string ModelCreated = "registered_model.created";
    public const string VersionCreated = "model_version.created";
    public const string VersionTagSet = "model_version_tag.set";
    public const string VersionTagDeleted = "model_version_tag.deleted";
    public const string AliasCreated = "model_version_alias.created";
    public const string AliasDeleted = "model_version_alias.deleted";
    public const string PromptCreated = "prompt.created";
    public const string PromptVersionCreated = "prompt_version.created";
    public const string PromptTagSet = "prompt_tag.set";
    public const string PromptTagDeleted = "prompt_tag.deleted";
    public const string PromptVersionTagSet = "prompt_version_tag.set";
    public const string PromptVersionTagDeleted = "prompt_version_tag.deleted";
    public const string PromptAliasCreated = "prompt_alias.created";
    public const string PromptAliasDeleted = "prompt_alias.deleted";

    // What MLflow has no events for.
    public const string VersionReady = "model_version.ready";
    public const string VersionMoved = "model_version.transitioned";
    public const string VersionDeleted = "model_version.deleted";
    public const string RequestCreated = "transition_request.created";
    public const string RequestApproved = "transition_request.approved";
    public const string RequestRejected = "transition_request.rejected";
    public const string RequestCancelled = "transition_request.cancelled";
    public const string CommentCreated = "comment.created";
    public const string CheckUpdated = "check.updated";
    public const string RunFinished = "run.finished";
    public const string RunFailed = "run.failed";
    public const string ServingChanged = "serving.changed";
    public const string BatchCreated = "batch_job.created";
    public const string BatchEnded = "batch_job.ended";
    public const string DeploymentRequested = "deployment.requested";
    public const string DeploymentDone = "deployment.done";
    public const string DeploymentFailed = "deployment.failed";
    public const string DeploymentRemoved = "deployment.removed";

    /// <summary>Every name, in alphabetical order.</summary>
    public static IReadOnlyList<string> All { get; } =
        [.. typeof(WebhookEvents).GetFields().Where(f => f.IsLiteral).Select(f => (string)f.GetRawConstantValue()!).Order(StringComparer.Ordinal)];

    /// <summary>What happens to no model, or before there is one: of either vocabulary.</summary>
    public static IReadOnlyList<string> OfHub { get; } = [ModelCreated, PromptCreated, RunFinished, RunFailed, DatabricksEvents.ModelCreated];
}
