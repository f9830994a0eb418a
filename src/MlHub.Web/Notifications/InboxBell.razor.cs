using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Notifications;

namespace MlHub.Web.Notifications;

/// <summary>How much is new and how much waits for the viewer, on every page.</summary>
public partial class InboxBell
{
    private int _unread;
    private int _awaiting;

    [Inject]
    public required Inbox Inbox { get; init; }

    private string Label => _unread switch
    {
        0 => "Inbox",
        1 => "Inbox, 1 unread",
        _ => $"Inbox, {_unread} unread",
    };

    protected override async Task OnInitializedAsync() => await FollowAsync(Topics.Inbox((await CallerAsync()).Id));

    protected override async Task LoadAsync() => _unread = await Inbox.UnreadCountAsync(await CallerAsync(), CancellationToken.None);
}
