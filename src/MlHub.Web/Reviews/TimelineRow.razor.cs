using Microsoft.AspNetCore.Components;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Web.Serving;

namespace MlHub.Web.Reviews;

/// <summary>One event as a sentence, with what was said.</summary>
public partial class TimelineRow
{
    [Parameter, EditorRequired]
    public required TimelineEntry Entry { get; set; }

    /// <summary>Its permanent address.</summary>
    [Parameter, EditorRequired]
    public required string Link { get; set; }

    /// <summary>The time machine, at the moment after the event.</summary>
    [Parameter]
    public string? Then { get; set; }

    private Stage To => Entry.After.Stage("toStage") ?? Stage.None;

    private string Whose => Entry.After.Text("creator") is { } creator && creator != Entry.Actor ? $"the request of {creator}" : "the request";

    private CheckState CheckState => CheckStateOf(Entry);

    internal static string ActorOf(TimelineEntry entry) => entry.Actor == Caller.System.Name ? "MlHub" : entry.Actor;

    internal static CheckState CheckStateOf(TimelineEntry entry) =>
        Enum.TryParse<CheckState>(entry.After.Text("state"), ignoreCase: true, out var state) ? state : CheckState.Pending;

    private string Mark => Entry.Kind switch
    {
        EventKinds.VersionMoved when Entry.After.Text("isRollback") is not null => "rotate-ccw",
        EventKinds.VersionMoved => "arrow-right",
        EventKinds.RequestOpened => "git-pull-request-arrow",
        EventKinds.RequestEndorsed or EventKinds.RequestApproved => "check",
        EventKinds.RequestRejected => "x",
        EventKinds.RequestCancelled => "ban",
        EventKinds.CheckReported => CheckState == CheckState.Failed ? "circle-x" : CheckState == CheckState.Passed ? "circle-check" : "circle-dot",
        EventKinds.VersionTagSet or EventKinds.VersionTagDeleted or EventKinds.AliasSet or EventKinds.AliasDeleted => "tag",
        EventKinds.VersionDescribed => "pencil",
        EventKinds.CommentDeleted => "trash-2",
        EventKinds.VersionFailed => "triangle-alert",
        var kind => ServingWords.MarkOrNull(kind) ?? "box",
    };

    private string? Tone => Entry.Kind switch
    {
        _ when Entry.After.Text("overrideReason") is not null => "warn",
        EventKinds.RequestApproved or EventKinds.RequestEndorsed => "good",
        EventKinds.RequestRejected or EventKinds.VersionFailed => "bad",
        EventKinds.CheckReported => CheckState switch { CheckState.Failed => "bad", CheckState.Passed => "good", _ => null },
        EventKinds.VersionMoved or EventKinds.RequestOpened => "key",
        var kind => ServingWords.ToneOrNull(kind),
    };
}
