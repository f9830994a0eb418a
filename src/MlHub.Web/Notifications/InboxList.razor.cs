using System.Globalization;
using Microsoft.AspNetCore.Components;
using MlHub.Events;
using MlHub.Live;
using MlHub.Notifications;
using MlHub.Reviews;
using MlHub.Web.Serving;
using MlHub.Web.Shell;

namespace MlHub.Web.Notifications;

/// <summary>The viewer's notifications by day, with what waits for their decision on top; fresh while the page is open.</summary>
public partial class InboxList
{
    private const int Step = 50;

    private List<InboxEntry>? _entries;
    private List<RequestDetails> _awaiting = [];
    private bool _more;
    private int _shown = Step;

    [Inject]
    public required Inbox Inbox { get; init; }

    [Inject]
    public required TransitionRequests Requests { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Parameter]
    public bool UnreadOnly { get; set; }

    protected override async Task OnParametersSetAsync() => await FollowAsync(Topics.Inbox((await CallerAsync()).Id));

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        _awaiting = await Requests.AwaitingAsync(caller, CancellationToken.None);
        var page = await Inbox.ListAsync(caller, UnreadOnly, _shown, null, CancellationToken.None);
        (_entries, _more) = ([.. page.Items], page.NextPageToken is not null && _shown < Limits.InboxPage);
    }

    private Task ShowMoreAsync()
    {
        _shown = Math.Min(_shown + Step, Limits.InboxPage);
        return TryLoadAsync();
    }

    private async Task ReadAsync(Notification told)
    {
        await Inbox.MarkReadAsync(await CallerAsync(), [told.Id], CancellationToken.None);
        await TryLoadAsync();
    }

    private async Task ReadAllAsync()
    {
        await Inbox.MarkAllReadAsync(await CallerAsync(), _entries!.Max(e => e.Notification.Id), CancellationToken.None);
        await TryLoadAsync();
    }

    private string Day(DateTime day) => (Clock.GetUtcNow().UtcDateTime.Date - day).Days switch
    {
        0 => "Today",
        1 => "Yesterday",
        _ => day.ToString("d MMMM yyyy", CultureInfo.InvariantCulture),
    };

    private static string Url(InboxEntry entry) => entry switch
    {
        { Notification.Kind: EventKinds.WebhookDisabled } => entry.Model is { } model ? HubUrls.Model(model, "webhooks") : HubUrls.Webhooks(),
        { Model: null } => HubUrls.Inbox(),
        { Notification.Kind: EventKinds.TrafficSet or EventKinds.TrafficEnded or EventKinds.CanaryRolledBack } => HubUrls.Serving(entry.Model, ServingView.Traffic),
        { Notification.Kind: EventKinds.DeploymentDone or EventKinds.DeploymentFailed or EventKinds.DeploymentRemoved } => HubUrls.Serving(entry.Model, ServingView.Deploy),
        { Notification.Kind: EventKinds.BatchFinished or EventKinds.BatchFailed or EventKinds.BatchStopped } => HubUrls.Serving(entry.Model, ServingView.Batch),
        { Notification.Kind: EventKinds.ServingEnabled or EventKinds.ServingDisabled or EventKinds.ServingFailed } => HubUrls.Serving(entry.Model),
        { Notification.Kind: EventKinds.ServingPythonTrusted or EventKinds.ServingPythonDistrusted } => HubUrls.Serving(entry.Model, ServingView.Settings),
        { Notification.Kind: EventKinds.CaptureSet } => HubUrls.Serving(entry.Model, ServingView.Data),
        { Notification.Version: null } => HubUrls.Model(entry.Model),
        { Notification: { Kind: EventKinds.RequestOpened or EventKinds.VersionCreated or EventKinds.VersionFailed } told } => HubUrls.Version(entry.Model, told.Version!.Value),
        { Notification: var told } => HubUrls.VersionActivity(entry.Model, told.Version.Value, string.Create(CultureInfo.InvariantCulture, $"event-{told.EventId}")),
    };

    private static string Mark(Notification told) => told.Kind switch
    {
        Notification.Mention => "at-sign",
        EventKinds.RequestOpened => "git-pull-request-arrow",
        EventKinds.RequestApproved or EventKinds.RequestEndorsed => "circle-check",
        EventKinds.RequestRejected or EventKinds.CheckReported or EventKinds.VersionFailed or EventKinds.WebhookDisabled => "circle-x",
        EventKinds.RequestCancelled => "ban",
        EventKinds.CommentCreated => "message-square",
        EventKinds.VersionCreated => "plus",
        var kind => ServingWords.MarkOrNull(kind) ?? "arrow-right",
    };

    private static string? Tone(Notification told) => told.Kind switch
    {
        Notification.Mention => "name",
        EventKinds.RequestOpened => "ask",
        EventKinds.RequestApproved or EventKinds.RequestEndorsed => "good",
        EventKinds.RequestRejected or EventKinds.CheckReported or EventKinds.VersionFailed or EventKinds.WebhookDisabled => "bad",
        var kind => ServingWords.ToneOrNull(kind),
    };
}
