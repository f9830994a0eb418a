using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Access;
using MlHub.Live;
using MlHub.Web.Access;

namespace MlHub.Web.Live;

/// <summary>A component that reloads when its topic changes. It subscribes, unsubscribes and keeps errors on its own circuit.</summary>
public abstract class LiveComponent : ComponentBase, IAsyncDisposable
{
    /// <summary>A notice may come while the first load is under way: what one load has read the other need not.</summary>
    private readonly SemaphoreSlim _turn = new(1);

    private IDisposable? _subscription;
    private string? _topic;

    [Inject]
    private LiveFeed Feed { get; set; } = default!;

    [CascadingParameter]
    private Task<AuthenticationState> SignedIn { get; set; } = default!;

    /// <summary>Why the last load was refused; a page that was open may lose what it shows.</summary>
    protected string? Refusal { get; set; }

    /// <summary>Reads again whatever the component shows.</summary>
    protected abstract Task LoadAsync();

    protected async Task<Caller> CallerAsync() => (await SignedIn).User.AsCaller();

    /// <summary>Loads now and whenever the topic is announced. A prerendered component does not live on, so it does not subscribe.</summary>
    protected async Task FollowAsync(string topic)
    {
        if (topic != _topic && RendererInfo.IsInteractive)
        {
            _subscription?.Dispose();
            _topic = topic;
            _subscription = Feed.Subscribe(topic, ReloadAsync);
        }

        await TryLoadAsync();
    }

    protected async Task TryLoadAsync()
    {
        await _turn.WaitAsync();
        try
        {
            await LoadAsync();
            Refusal = null;
        }
        catch (HubException refusal)
        {
            Refusal = refusal.Message;
        }
        finally
        {
            _turn.Release();
        }
    }

    private async Task ReloadAsync()
    {
        try
        {
            await InvokeAsync(async () =>
            {
                await TryLoadAsync();
                StateHasChanged();
            });
        }
        catch (ObjectDisposedException)
        {
            // The page was left while the notice was on its way.
        }
        catch (Exception e)
        {
            await DispatchExceptionAsync(e);
        }
    }

    public async ValueTask DisposeAsync()
    {
        _subscription?.Dispose();
        await LeaveAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>What else to let go of when the page is left.</summary>
    protected virtual ValueTask LeaveAsync() => ValueTask.CompletedTask;
}
