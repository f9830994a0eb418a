using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MlHub.Live;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Web.Ui;

namespace MlHub.Web.Tracking;

/// <summary>The live curves of a run. The server chooses the points, the browser draws them; only curves that grew are sent again.</summary>
public partial class RunCurves
{
    private const int MaxPoints = 1000;

    private readonly Dictionary<string, long> _drawn = [];
    private readonly List<PlottedCurve> _toDraw = [];
    private List<SeriesName> _series = [];
    private HashSet<string> _groups = [];
    private Dictionary<string, double> _latest = [];
    private ElementReference _root;
    private IJSObjectReference? _view;
    private bool _leaving;

    [Inject]
    public required RunSearches Searches { get; init; }

    [Inject]
    public required Curves Curves { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Parameter, EditorRequired]
    public required string RunId { get; set; }

    /// <summary>What the page knows already, so that the cards stand at once.</summary>
    [Parameter]
    public List<SeriesName> Known { get; set; } = [];

    /// <summary>The two most telling curves, without tools.</summary>
    [Parameter]
    public bool Compact { get; set; }

    /// <summary>The metrics of the machine, or all others.</summary>
    [Parameter]
    public bool OfSystem { get; set; }

    /// <summary>The saved layout that is opened where the address names none of its own; see <see cref="CurveLayout"/>.</summary>
    [Parameter]
    public string? Layout { get; set; }

    private IEnumerable<IGrouping<string, SeriesName>> Groups =>
        Compact ? _series.GroupBy(_ => "") : _series.GroupBy(GroupOf).OrderBy(g => g.Key, StringComparer.Ordinal);

    protected override Task OnParametersSetAsync()
    {
        Show(Known);
        return FollowAsync(Topics.Run(RunId));
    }

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        var metrics = (await Searches.GetAsync(caller, RunId, CancellationToken.None)).Details.Metrics;
        _latest = metrics.ToDictionary(m => m.Key, m => m.Value);
        Show([.. metrics.Select(m => new SeriesName(m.Key, m.Points))]);
        if (!RendererInfo.IsInteractive)
        {
            return;
        }

        var grown = _series.Where(s => s.IsCurve && _drawn.GetValueOrDefault(s.Key) != s.Points).ToDictionary(s => s.Key, s => s.Points);
        if (grown.Count > 0)
        {
            _toDraw.AddRange((await Curves.OfRunAsync(caller, RunId, grown.Keys, MaxPoints, CancellationToken.None)).Select(PlottedCurve.Of));
            foreach (var (key, points) in grown)
            {
                _drawn[key] = points;
            }
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        try
        {
            if (firstRender)
            {
                await using var module = await Js.InvokeAsync<IJSObjectReference>("import", $"./{Assets["js/curves.js"]}");
                _view = await module.InvokeAsync<IJSObjectReference>("mount", _root, Compact);
            }

            while (_view is not null && _toDraw.Count > 0 && !_leaving)
            {
                // A few at a time: a run may have hundreds, and the first should be seen at once.
                var some = _toDraw.Take(8).ToList();
                _toDraw.RemoveRange(0, some.Count);
                await _view.InvokeVoidAsync("update", some);
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone; there is nobody to draw for.
        }
    }

    protected override async ValueTask LeaveAsync()
    {
        _leaving = true;
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
    }

    private void Show(IReadOnlyList<SeriesName> series)
    {
        _series = Choose(series);
        _groups = [.. _series.GroupBy(s => s.Group).Where(g => g.Count() > 1).Select(g => g.Key)];
    }

    private List<SeriesName> Choose(IReadOnlyList<SeriesName> series) =>
        Compact
            ? [.. series.Where(s => s.IsCurve && !MetricNames.IsOfSystem(s.Key)).OrderByDescending(s => MetricNames.Telling(s.Key)).ThenBy(s => s.Key, StringComparer.Ordinal).Take(2)]
            : [.. series.Where(s => MetricNames.IsOfSystem(s.Key) == OfSystem).OrderBy(s => s.Key, StringComparer.Ordinal)];

    // A group of one is no group.
    private string GroupOf(SeriesName series) => _groups.Contains(series.Group) ? series.Group : "";

    private string Short(SeriesName series) => Compact || GroupOf(series).Length == 0 ? series.Key : series.Key[(series.Group.Length + 1)..];

    private string Latest(string key) => _latest.TryGetValue(key, out var value) ? Format.Number(value) : "";
}
