using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MlHub.Live;
using MlHub.Serving.Monitoring;

namespace MlHub.Web.Serving;

/// <summary>What the workers of a version wrote last, as it comes.</summary>
public partial class WorkerLogCard
{
    private List<(long Id, int Number)> _logged = [];
    private IReadOnlyList<WorkerLine> _lines = [];
    private LineLevel _least;
    private int _version;
    private ElementReference _root;
    private IJSObjectReference? _tail;

    [Inject]
    public required WatchedWorkers Workers { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.WorkerOutput(Name));

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        _logged = await Workers.LoggedAsync(caller, Name, CancellationToken.None);
        if (_logged.Count > 0 && _logged.TrueForAll(v => v.Number != _version))
        {
            _version = _logged[0].Number;
        }

        _lines = _logged.Count > 0 ? await Workers.LinesAsync(caller, new(Name, _version), CancellationToken.None) : [];
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_tail is null && _logged.Count > 0 && RendererInfo.IsInteractive)
        {
            try
            {
                await using var module = await Js.InvokeAsync<IJSObjectReference>("import", $"./{Assets["js/tail.js"]}");
                _tail = await module.InvokeAsync<IJSObjectReference>("mount", _root);
            }
            catch (JSDisconnectedException)
            {
                // The browser is gone.
            }
        }
    }

    protected override async ValueTask LeaveAsync()
    {
        if (_tail is { } tail)
        {
            try
            {
                await tail.InvokeVoidAsync("dispose");
                await tail.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The browser is gone.
            }
        }
    }
}
