using System.Text.Json;
using MlHub.Events;
using MlHub.Serving.Traffic;
using MlHub.Web.Reviews;

namespace MlHub.Web.Serving;

/// <summary>What somebody did where a model is served, scored in batches or deployed: what follows their name in a list of events.</summary>
internal static class ServingWords
{
    /// <param name="kind">The event's.</param>
    /// <param name="before">What it says of before.</param>
    /// <param name="after">And of after.</param>
    /// <param name="version">How the version is called there: "it", "version 3".</param>
    /// <returns>Null for every other kind of event.</returns>
    public static string? OfOrNull(string kind, JsonElement? before, JsonElement? after, string version)
    {
        var (endpoint, target) = (after.Text("endpoint"), after.Text("target") ?? before.Text("target"));
        return kind switch
        {
            EventKinds.ServingEnabled => "had the model served",
            EventKinds.ServingDisabled => "stopped serving the model",
            EventKinds.ServingFailed => $"got no answer from {version}",
            EventKinds.ServingRecovered => $"gets answers from {version} again",
            EventKinds.ServingSettled => "changed how its processes are run",
            EventKinds.ServingRetried => $"had {version} tried again",
            EventKinds.ServingPythonTrusted => "let the hub run the model’s Python code",
            EventKinds.ServingPythonDistrusted => "no longer lets the hub run the model’s Python code",
            EventKinds.TrafficSet when IsShadow(after) => $"has {version} asked copies of {after.Text("percent")} % of {endpoint}",
            EventKinds.TrafficSet => $"gave {version} a share of {after.Text("percent")} % of {endpoint}{(after.Text("kind") == nameof(TrafficKind.Canary) ? " as a canary" : "")}",
            EventKinds.TrafficEnded => $"ended {(IsShadow(after) ? "the copies" : "the share")} of {version} at {endpoint}",
            EventKinds.CanaryRolledBack => $"took back the canary of {version} at {endpoint}",
            EventKinds.CaptureSet => "changed which requests are kept",
            EventKinds.CaptureDeleted => "removed requests that were kept",
            EventKinds.DeploymentRequested => $"asked for {after.Text("version")} on {target}",
            EventKinds.DeploymentRemovalRequested => $"asked to take it from {target}",
            EventKinds.DeploymentDone => $"brought {version} to {target}",
            EventKinds.DeploymentFailed => $"could not {(after.Text("isRemoval") is null ? "bring it to" : "take it from")} {target}",
            EventKinds.DeploymentRemoved => $"took it from {target}",
            EventKinds.BatchScheduleSet => $"set the batch schedule {after.Text("name")}",
            EventKinds.BatchScheduleDeleted => $"deleted the batch schedule {before.Text("name")}",
            EventKinds.BatchFinished => $"scored {after.Text("rows")} rows with {version}",
            EventKinds.BatchFailed => $"failed a batch job of {version} after {after.Text("rows")} rows",
            EventKinds.BatchStopped => $"stopped a batch job of {version} after {after.Text("rows")} rows",
            EventKinds.BatchDeleted => $"deleted a batch job of {version}",
            _ => null,
        };
    }

    /// <summary>The icon beside it.</summary>
    public static string? MarkOrNull(string kind) => kind switch
    {
        EventKinds.ServingEnabled or EventKinds.ServingRetried => "play",
        EventKinds.ServingDisabled => "ban",
        EventKinds.ServingFailed or EventKinds.DeploymentFailed or EventKinds.BatchFailed => "triangle-alert",
        EventKinds.ServingRecovered or EventKinds.DeploymentDone or EventKinds.BatchFinished => "check",
        EventKinds.TrafficSet or EventKinds.TrafficEnded => "share-2",
        EventKinds.CanaryRolledBack => "rotate-ccw",
        EventKinds.DeploymentRequested or EventKinds.DeploymentRemovalRequested => "send",
        EventKinds.DeploymentRemoved or EventKinds.CaptureDeleted or EventKinds.BatchDeleted => "trash-2",
        EventKinds.BatchStopped => "ban",
        _ => null,
    };

    /// <summary>Its colour.</summary>
    public static string? ToneOrNull(string kind) => kind switch
    {
        EventKinds.ServingFailed or EventKinds.CanaryRolledBack or EventKinds.DeploymentFailed or EventKinds.BatchFailed => "bad",
        EventKinds.ServingRecovered or EventKinds.ServingEnabled or EventKinds.DeploymentDone => "good",
        _ => null,
    };

    private static bool IsShadow(JsonElement? after) => after.Text("kind") == nameof(TrafficKind.Shadow);
}
