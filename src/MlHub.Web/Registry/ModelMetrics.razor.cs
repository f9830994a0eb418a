using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Web.Shell;
using MlHub.Web.Ui;

namespace MlHub.Web.Registry;

/// <summary>One metric over the versions of a model, with a line where Production stands.</summary>
public partial class ModelMetrics
{
    private MetricLine? _line;
    private ElementReference _root;
    private IJSObjectReference? _view;
    private bool _toDraw;

    [Inject]
    public required MetricLines Lines { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Parameter, EditorRequired]
    public long ModelId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>Null for the one that the model is judged by.</summary>
    [Parameter]
    public string? Metric { get; set; }

    /// <summary>The newest version in Production that has the metric.</summary>
    private VersionPoint? Live => _line!.Points.LastOrDefault(p => p.Stage == Stage.Production && double.IsFinite(p.Value));

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Model(ModelId));

    protected override async Task LoadAsync()
    {
        _line = await Lines.ReadAsync(await CallerAsync(), Name, string.IsNullOrWhiteSpace(Metric) ? null : Metric, CancellationToken.None);
        _toDraw = RendererInfo.IsInteractive && _line.Key is not null;
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_toDraw)
        {
            return;
        }

        _toDraw = false;
        try
        {
            if (_view is null)
            {
                await using var module = await Js.InvokeAsync<IJSObjectReference>("import", $"./{Assets["js/version-chart.js"]}");
                _view = await module.InvokeAsync<IJSObjectReference>("mount", _root);
            }

            await _view.InvokeVoidAsync("update", _line!.Points.Select(Plotted), Live is { } live ? Plotted(live) : null);
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone; there is nobody to draw for.
        }
    }

    protected override async ValueTask LeaveAsync()
    {
        if (_view is { } view)
        {
            try
            {
                await view.InvokeVoidAsync("dispose");
                await view.DisposeAsync();
            }
            catch (JSDisconnectedException)
            {
                // The browser is gone, and its chart with it.
            }
        }
    }

    // JSON has no NaN and no infinity: such a version has no point.
    private object Plotted(VersionPoint point) => new
    {
        point.Version,
        Value = double.IsFinite(point.Value) ? point.Value : (double?)null,
        Stage = point.Stage.ToString(),
        Text = Format.Number(point.Value),
        Url = HubUrls.Version(Name, point.Version),
    };

    private MetricShift? Against(VersionPoint point) => Live is { } live ? MetricShift.OrNull(_line!.Key!, point.Value, live.Value) : null;
}
