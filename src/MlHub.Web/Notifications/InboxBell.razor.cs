using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Notifications;
using MlHub.Reviews;

namespace MlHub.Web.Notifications;

/// <summary>How much is new and how much waits for the viewer, on every page.</summary>
public partial class InboxBell
{
    private int _unread;
    private int _awaiting;
    private IDisposable? _models;

    [Inject]
    public required Inbox Inbox { get; init; }

    [Inject]
    public required TransitionRequests Requests { get; init; }

    [Inject]
    public required LiveFeed Feed { get; init; }

    private string Label => _unread switch
    {
        0 => "Inbox",
        1 => "Inbox, 1 unread",
        _ => $"Inbox, {_unread} unread",
    };

    protected override async Task OnInitializedAsync()
    {
        var own = Topics.Inbox((await CallerAsync()).Id);
        if (RendererInfo.IsInteractive)
        {
            // What awaits a decision changes with any model.
            _models = Feed.Subscribe(Topics.Models, () =>
            {
                Feed.Announce(own);
                return Task.CompletedTask;
            });
        }

        await FollowAsync(own);
    }

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        _unread = await Inbox.UnreadCountAsync(caller, CancellationToken.None);
        _awaiting = (await Requests.AwaitingAsync(caller, CancellationToken.None)).Count;
    }

    protected override ValueTask LeaveAsync()
    {
        _models?.Dispose();
        return ValueTask.CompletedTask;
    }
}
