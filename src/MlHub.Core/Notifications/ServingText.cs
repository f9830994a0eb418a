using MlHub.Events;
using MlHub.Scoring.Workers;
using MlHub.Serving.Traffic;

namespace MlHub.Notifications;

/// <summary>What happened where a model is served, scored in batches or deployed, as one sentence: the same in inboxes and in chats.</summary>
internal static class ServingText
{
    /// <param name="row">The event.</param>
    /// <param name="facts">What it says of itself.</param>
    /// <param name="version">The version, or the model where it happened to no version.</param>
    /// <returns>Null for every other kind of event.</returns>
    public static string? OfOrNull(HubEvent row, EventFacts facts, string? version) => row.Kind switch
    {
        EventKinds.ServingEnabled => $"{row.Actor} began to serve {version}",
        EventKinds.ServingDisabled => $"{row.Actor} ended serving {version}",
        EventKinds.ServingFailed => $"{version} {(facts.After("state") == nameof(ScorerStatus.Failed) ? "was given up and does not answer any more" : "does not answer")}{Because(facts)}",
        EventKinds.ServingRecovered => $"{version} answers again",
        EventKinds.ServingSettled => $"{row.Actor} changed how the processes of {version} are run",
        EventKinds.ServingRetried => $"{row.Actor} had {version} tried again",
        EventKinds.ServingPythonTrusted => $"{row.Actor} let the hub run the Python code of {version}",
        EventKinds.ServingPythonDistrusted => $"{row.Actor} no longer lets the hub run the Python code of {version}",
        EventKinds.TrafficSet => $"{row.Actor} {(facts.After("kind") == nameof(TrafficKind.Shadow) ? $"has {version} asked copies" : $"gives {version} a share")} of {facts.After("percent")} % of {facts.After("endpoint")}",
        EventKinds.TrafficEnded => $"{version} has no share of {facts.After("endpoint")} any more{Because(facts)}",
        EventKinds.CanaryRolledBack => $"The canary of {version} at {facts.After("endpoint")} was taken back{Because(facts)}",
        EventKinds.CaptureSet => $"{row.Actor} {(facts.After("share") is null or "0" ? $"no longer keeps requests to {version}" : $"changed which requests to {version} are kept")}",
        EventKinds.CaptureDeleted => $"{row.Actor} removed kept requests to {version}",
        EventKinds.DeploymentRequested => $"{row.Actor} asks for {facts.After("version")} of {row.Subject} on {facts.After("target")}",
        EventKinds.DeploymentDone => $"{version} is on {facts.After("target")}",
        EventKinds.DeploymentFailed => $"{row.Subject} could not be {(facts.After("isRemoval") is null ? "brought to" : "taken from")} {facts.After("target")}{Because(facts)}",
        EventKinds.DeploymentRemoved => $"{row.Subject} is no longer on {facts.After("target")}",
        EventKinds.BatchCreated => $"{row.Actor} began to score {facts.After("source")} with {facts.After("endpoint")} of {row.Subject}",
        EventKinds.BatchFinished => $"The batch job of {row.Subject} is done: {Rows(facts)}",
        EventKinds.BatchStopped => $"{row.Actor} stopped the batch job of {row.Subject} after {Rows(facts)}",
        EventKinds.BatchFailed => $"The batch job of {row.Subject} failed after {Rows(facts)}{Because(facts)}",
        _ => null,
    };

    private static string Rows(EventFacts facts) => $"{facts.After("rows")} rows{(facts.After("refused") is "0" or null ? "" : $", {facts.After("refused")} refused")}";

    private static string Because(EventFacts facts) => facts.After("reason") is { Length: > 0 } reason ? $": {reason}" : "";
}
