using Microsoft.AspNetCore.Components;
using MlHub.Access;
using MlHub.Live;
using MlHub.Web.Live;
using MlHub.Webhooks;

namespace MlHub.Web.Webhooks;

/// <summary>The deliveries of a webhook, as they go out and come to an end.</summary>
public partial class DeliveryLog
{
    private const int Shown = 50;
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(2);

    private readonly CancellationTokenSource _left = new();
    private Page<DeliveryLine>? _page;
    private DateTime _since;
    private string? _told;
    private bool _isBad, _isWatching;

    [Inject]
    public required WebhookDeliveries Deliveries { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Parameter, EditorRequired]
    public required string Id { get; set; }

    [Parameter]
    public string? State { get; set; }

    [Parameter]
    public string? Event { get; set; }

    [Parameter]
    public string? From { get; set; }

    [Parameter]
    public string? To { get; set; }

    [Parameter]
    public string? PageToken { get; set; }

    private DeliveryQuery Query => new(State, Event, From, To, PageToken);

    protected override async Task OnParametersSetAsync()
    {
        _since = _since == default ? Clock.GetUtcNow().UtcDateTime.Date.AddDays(-1) : _since;
        await FollowAsync(Topics.Webhook(Id));
        if (RendererInfo.IsInteractive && !_isWatching)
        {
            _isWatching = true;
            _ = WatchAsync();
        }
    }

    protected override async Task LoadAsync() =>
        _page = await Deliveries.ListAsync(await CallerAsync(), Id, Query.ToSearch(), Shown, string.IsNullOrEmpty(PageToken) ? null : PageToken, CancellationToken.None);

    protected override async ValueTask LeaveAsync()
    {
        await _left.CancelAsync();
        _left.Dispose();
    }

    private string Due(DateTimeOffset at) => (at - Clock.GetUtcNow()) switch
    {
        var wait when wait <= TimeSpan.Zero => "as soon as it may",
        { TotalMinutes: < 1 } wait => $"in {Math.Ceiling(wait.TotalSeconds)} s",
        { TotalHours: < 1 } wait => $"in {Math.Ceiling(wait.TotalMinutes)} min",
        var wait => $"in {Math.Ceiling(wait.TotalHours)} h",
    };

    private Task AgainAsync(long id) => DoAsync(async caller =>
    {
        await Deliveries.SendAgainAsync(caller, Id, id, CancellationToken.None);
        return "It is sent again.";
    });

    private Task FailedAgainAsync() => DoAsync(async caller =>
        await Deliveries.SendFailedAgainAsync(caller, Id, new(DateTime.SpecifyKind(_since, DateTimeKind.Utc)), CancellationToken.None) switch
        {
            0 => "Nothing failed for good since then.",
            1 => "One delivery is sent again.",
            var queued => $"{queued} deliveries are sent again.",
        });

    private async Task DoAsync(Func<Caller, Task<string>> act)
    {
        try
        {
            (_told, _isBad) = (await act(await CallerAsync()), false);
        }
        catch (HubException refusal)
        {
            (_told, _isBad) = (refusal.Message, true);
        }

        await TryLoadAsync();
    }

    /// <summary>Deliveries are no events, and other nodes send them too: whoever has the log open asks again now and then.</summary>
    private async Task WatchAsync()
    {
        using var timer = new PeriodicTimer(Pace, Clock);
        try
        {
            while (await timer.WaitForNextTickAsync(_left.Token))
            {
                await InvokeAsync(async () =>
                {
                    await TryLoadAsync();
                    StateHasChanged();
                });
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
        }
    }
}
