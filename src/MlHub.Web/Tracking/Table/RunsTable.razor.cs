using Microsoft.AspNetCore.Components;
using MlHub.Registry;
using MlHub.SavedViews;
using MlHub.Tracking;
using MlHub.Tracking.Table;
using MlHub.Web.Shell;
using MlHub.Web.Ui;

namespace MlHub.Web.Tracking.Table;

/// <summary>
/// The runs of an experiment as the address asks for them. The server sends the first rows; the page's script asks for others, and other columns, as they
/// come into sight, and for all of them anew when something changed.
/// </summary>
public partial class RunsTable
{
    private RunsQuery _query = new();
    private RunColumns _known = new([], []);
    private TableLayout _layout = new([], [], []);
    private List<ShownColumn> _columns = [];
    private IReadOnlyList<RunCells> _rows = [];
    private IReadOnlyList<RunCells> _pinned = [];
    private GroupKey? _by;
    private GroupedRuns? _groups;
    private ILookup<string, RunRegistration>? _registered;
    private List<string> _datasets = [];
    private List<SavedView> _views = [];
    private SavedView? _view;
    private Guid _callerId;
    private bool _isLoaded;
    private string? _nextPage;
    private string? _filterRefusal;
    private string? _refusal;

    [Inject]
    public required RunTables Tables { get; init; }

    [Inject]
    public required RunRegistrations Registrations { get; init; }

    [Inject]
    public required MlHub.SavedViews.SavedViews Saved { get; init; }

    [Parameter, EditorRequired]
    public long ExperimentId { get; set; }

    [Parameter]
    public string ExperimentName { get; set; } = "";

    [Parameter]
    public RunsQuery Query { get; set; } = new();

    [Parameter]
    public bool CanEdit { get; set; }

    [Parameter]
    public bool CanManage { get; set; }

    /// <summary>Where a change leads: away from a saved view that was opened by itself.</summary>
    private RunsQuery Changed => _query with { Saved = _query.Saved ?? RunsQuery.None };

    /// <summary>The default columns as they are now: where they become more, the page is loaded anew.</summary>
    private string? Shape => _query.Columns.Count > 0 ? null : ShapeOf(_known);

    private string Words => _groups is { } groups
        ? $"{Format.Count(groups.All)} groups{(groups.All > groups.Groups.Count ? $", the first {groups.Groups.Count}" : "")}"
        : _nextPage is null && _query.PageToken is null ? $"{Format.Count(_rows.Count)} {(_rows.Count == 1 ? "run" : "runs")}" : "";

    private List<GroupKey> GroupKeys =>
    [
        .. new[] { _by }.OfType<GroupKey>().Union(_datasets.Count > 0 ? [new GroupKey(Column: null)] : [])
            .Union(_columns.Where(c => c.Kind != ColumnKind.Metric).Select(c => new GroupKey(c)))
            .Union(_known.Params.Take(20).Select(p => new GroupKey(new ShownColumn(ColumnKind.Param, p.Key)))),
    ];

    public static string ShapeOf(RunColumns known) => string.Join('|', DefaultColumns.Choose(known));

    protected override async Task OnParametersSetAsync() => _refusal = await TryAsync(LoadAsync);

    private async Task LoadAsync(Caller caller)
    {
        _callerId = caller.Id;
        _views = await Saved.ListAsync(caller, ExperimentId, SavedViewKinds.Runs, Cancel);
        _query = Opened();
        _view = _views.Find(v => $"{v.Id:N}" == _query.Saved);
        _known = await Tables.CommonColumnsAsync(caller, ExperimentId, Cancel);
        _columns = _query.Columns.Count > 0
            ? [.. _query.Columns.Select(ShownColumn.ParseOrNull).OfType<ShownColumn>().Distinct().OrderBy(c => c.Kind)]
            : DefaultColumns.Choose(_known);
        _columns.AddRange(_query.PinnedColumns.Select(ShownColumn.ParseOrNull).OfType<ShownColumn>().Except(_columns).ToList());
        _datasets = await Tables.DatasetsAsync(caller, ExperimentId, Cancel);
        _by = GroupKey.ParseOrNull(_query.Group);
        var layout = TableLayout.First(_columns, _query.PinnedColumns, []);
        try
        {
            if (_by is null)
            {
                var window = await Tables.WindowAsync(
                    caller, _query.Of(ExperimentId), new(RunsQuery.PageSize, layout.Read, PageToken: _query.PageToken, Sparklines: _query.Sparklines), Cancel);
                (_rows, _nextPage) = (window.Rows, window.NextPageToken);
            }
            else
            {
                _groups = await Tables.GroupsAsync(caller, _query.Of(ExperimentId), _by, layout.Read, Cancel);
            }
        }
        catch (HubException refusal) when (refusal.Error == HubError.Invalid)
        {
            _filterRefusal = refusal.Message;
        }

        _pinned = _query.PinnedRuns.Count == 0 ? [] : await Tables.SomeAsync(caller, ExperimentId, _query.PinnedRuns, layout.Read, _query.Sparklines, Cancel);
        List<RunCells> all = [.. _rows, .. _pinned];
        _registered = await Registrations.OfAsync(caller, [.. all.Select(r => r.Run.RunId)], Cancel);
        _layout = layout with { Fixed = FixedColumns.Shown(_query.Fixed, all, _registered.Count > 0) };
        _isLoaded = true;
    }

    private string UrlOf(SavedView? view) => HubUrls.Experiment(
        ExperimentId, view is null ? new RunsQuery { Saved = RunsQuery.None } : RunsQuery.Read(view.State) with { Saved = $"{view.Id:N}" });

    /// <summary>The address, or the saved view where it names one alone, or the experiment's default where it says nothing.</summary>
    private RunsQuery Opened()
    {
        var named = _views.Find(v => Query.IsPlain ? v.IsDefault : (Query with { Saved = null }).IsPlain && $"{v.Id:N}" == Query.Saved);
        return named is null ? Query : RunsQuery.Read(named.State) with { Saved = $"{named.Id:N}" };
    }

    private static string[] Written(IEnumerable<string> names) => names.ToArray() is { Length: > 0 } some ? some : [RunsQuery.None];
}
