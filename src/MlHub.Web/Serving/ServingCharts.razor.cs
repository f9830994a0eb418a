using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MlHub.Live;
using MlHub.Serving.Monitoring;
using MlHub.Web.Ui;

namespace MlHub.Web.Serving;

/// <summary>How often a model is asked, how it answers and how fast, live. A browser that shows another page is not served meanwhile.</summary>
public partial class ServingCharts
{
    private static readonly (string Kind, string Title, string Unit)[] Charts = [("requests", "Requests", "per second"), ("errors", "Errors", "per second"), ("latency", "Latency", "ms")];
    private static readonly double[] Shares = [0.5, 0.95, 0.99];

    /// <summary>The charts move on also while nobody asks, and hear of other nodes so.</summary>
    private static readonly TimeSpan Pace = TimeSpan.FromSeconds(10);

    private MeasuredSeries? _series;
    private bool _isNew, _isHidden, _toDraw;
    private int _read;
    private DateTimeOffset _readAt;
    private ElementReference _root;
    private IJSObjectReference? _view;
    private DotNetObjectReference<ServingCharts>? _self;
    private ITimer? _timer;

    [Inject]
    public required ServingMeasures Measures { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public int Minutes { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        await TryLoadAsync();
        if (_series is not null)
        {
            await FollowAsync(Topics.Calls(_series.ModelId));
        }
    }

    protected override async Task LoadAsync()
    {
        if (_read == Minutes && (_isHidden || Clock.GetUtcNow() - _readAt < ChartWindow.Of(Minutes).Freshness))
        {
            return;
        }

        var caller = await CallerAsync();
        (_readAt, _read) = (Clock.GetUtcNow(), Minutes);
        _series = await Measures.ReadAsync(caller, Name, Minutes, CancellationToken.None);
        _isNew = _series.Versions.Count == 0 && (_isNew || (await Measures.ReadAsync(caller, Name, ServingMeasures.MostMinutes, CancellationToken.None)).Versions.Count == 0);
        _toDraw = RendererInfo.IsInteractive;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender && RendererInfo.IsInteractive)
        {
            _timer = Clock.CreateTimer(_ => _ = InvokeAsync(SeeAgainAsync), null, Pace, Pace);
        }

        if (!_toDraw)
        {
            return;
        }

        _toDraw = false;
        try
        {
            if (_view is null)
            {
                await using var module = await Js.InvokeAsync<IJSObjectReference>("import", $"./{Assets["js/serving-charts.js"]}");
                _view = await module.InvokeAsync<IJSObjectReference>("mount", _root, _self = DotNetObjectReference.Create(this));
            }

            await _view.InvokeVoidAsync("update", PlottedCalls.Of(_series!));
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone; there is nobody to draw for.
        }
    }

    /// <summary>The browser's page came into sight, or went out of it.</summary>
    [JSInvokable]
    public Task SeenAsync(bool isSeen)
    {
        _isHidden = !isSeen;
        return SeeAgainAsync();
    }

    protected override async ValueTask LeaveAsync()
    {
        _timer?.Dispose();
        if (_view is { } view)
        {
            try
            {
                await view.InvokeVoidAsync("dispose");
                await view.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The browser is gone, and its charts with it.
            }
        }

        _self?.Dispose();
    }

    private async Task SeeAgainAsync()
    {
        await TryLoadAsync();
        StateHasChanged();
    }

    internal static string ColourOf(int version) => $"c{version % 12}";

    private static string Some(long count) => count == 0 ? "–" : Format.Count(count);

    private static string Latency(CallCounts counts, double share) => counts.Latencies.Percentile(share) is { } seconds ? Milliseconds(seconds) : "–";

    /// <summary>Two digits: a percentile is no more exact.</summary>
    internal static string Milliseconds(double seconds) =>
        seconds < 1 ? $"{double.Parse((seconds * 1000).ToString("G2", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture).ToString("0.###", CultureInfo.InvariantCulture)} ms" : $"{seconds.ToString("0.0", CultureInfo.InvariantCulture)} s";
}
