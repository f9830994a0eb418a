using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Tracking;
using MlHub.Tracking.Search;

namespace MlHub.Web.Tracking;

/// <summary>The runs of an experiment as the address asks for them, kept fresh while the page is open.</summary>
public partial class RunsTable
{
    private readonly HashSet<string> _selected = [];
    private readonly Dictionary<string, List<RunRow>> _children = [];
    private HashSet<string> _parents = [];
    private bool _isTransferring;
    private bool _withChildren;
    private List<RunRow>? _rows;
    private ILookup<string, RunRegistration>? _registered;
    private RunColumns? _known;
    private List<ShownColumn> _columns = [];
    private RunsQuery? _loaded;
    private string? _nextPage;
    private string? _filterRefusal;
    private (string Text, bool Deleted, string[] RunIds)? _done;

    [Inject]
    public required RunSearches Searches { get; init; }

    [Inject]
    public required Runs Runs { get; init; }

    [Inject]
    public required RunRegistrations Registrations { get; init; }

    [Inject]
    public required RunFamilies Families { get; init; }

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

    /// <summary>Families are folded while nobody asked for another order or only some of the runs.</summary>
    private List<RunRow> Shown => new RunTree(_rows!, _children).Rows(isFolded: Query is { Filter: null, OrderBy: null, Deleted: false });

    protected override Task OnParametersSetAsync()
    {
        _selected.Clear();
        _children.Clear();
        _done = null;
        return FollowAsync(Topics.Experiment(ExperimentId));
    }

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        var query = Query;
        try
        {
            var page = await Searches.SearchAsync(
                caller,
                new([ExperimentId], query.Filter, query.Deleted ? ViewType.DeletedOnly : ViewType.ActiveOnly, RunsQuery.PageSize, query.OrderBy is { } order ? [order] : [], query.PageToken),
                CancellationToken.None);
            var before = _loaded == query && _rows is not null ? _rows.ToDictionary(r => r.Run.RunId) : [];
            _rows = [.. page.Items.Select(f => new RunRow(f.Details, before.GetValueOrDefault(f.Details.Run.RunId)))];
            (_nextPage, _filterRefusal) = (page.NextPageToken, null);
        }
        catch (HubException refusal) when (refusal.Error == HubError.Invalid)
        {
            (_rows, _nextPage, _filterRefusal) = ([], null, refusal.Message);
        }

        _parents = query.Deleted ? [] : await Families.ParentsAmongAsync(caller, ExperimentId, [.. _rows.Select(r => r.Run.RunId)], CancellationToken.None);
        foreach (var parent in _children.Keys.ToList())
        {
            await OpenAsync(caller, parent);
        }

        _registered = await Registrations.OfAsync(caller, [.. _rows.Select(r => r.Run.RunId)], CancellationToken.None);
        var isNew = _known is null || HasUnknownColumn();
        if (isNew)
        {
            _known = await Searches.ColumnsAsync(caller, ExperimentId, CancellationToken.None);
        }

        // Columns stay where they are while rows come and change.
        if (isNew || _loaded != query)
        {
            _columns = query.Columns.Count > 0
                ? [.. query.Columns.Select(ShownColumn.ParseOrNull).OfType<ShownColumn>().Distinct().OrderBy(c => c.Kind)]
                : DefaultColumns.Choose(_known!, _rows);
        }

        _loaded = query;
    }

    private async Task ToggleAsync(string parent)
    {
        if (!_children.Remove(parent))
        {
            await OpenAsync(await CallerAsync(), parent);
        }
    }

    private async Task OpenAsync(Caller caller, string parent)
    {
        var before = (_children.GetValueOrDefault(parent) ?? []).ToDictionary(r => r.Run.RunId);
        var page = await Searches.SearchAsync(
            caller, new([ExperimentId], $"tags.`{RunFamilies.ParentTag}` = '{parent}'", ViewType.ActiveOnly, Limits.ChildrenShown, [], null), CancellationToken.None);
        _children[parent] = [.. page.Items.Select(f => new RunRow(f.Details, before.GetValueOrDefault(f.Details.Run.RunId)))];
        _parents.UnionWith(await Families.ParentsAmongAsync(caller, ExperimentId, [.. _children[parent].Select(r => r.Run.RunId)], CancellationToken.None));
    }

    private Task TransferredAsync(string what)
    {
        (_done, _isTransferring) = ((what, false, []), false);
        _selected.Clear();
        return TryLoadAsync();
    }

    private bool HasUnknownColumn()
    {
        var known = _known!.Metrics.Select(c => new ShownColumn(ColumnKind.Metric, c.Key)).Concat(_known.Params.Select(c => new ShownColumn(ColumnKind.Param, c.Key))).ToHashSet();
        return _known.Metrics.Count < RunColumns.MaxKeys && _rows!.SelectMany(r => r.Columns).Any(c => !known.Contains(c));
    }

    private void Select(string runId, bool selected) => _ = selected ? _selected.Add(runId) : _selected.Remove(runId);

    private void SelectAll(bool selected)
    {
        _selected.Clear();
        if (selected)
        {
            _selected.UnionWith(Shown.Select(r => r.Run.RunId));
        }
    }

    private Task ChangeSelectedAsync() => ChangeAsync([.. _selected], restore: Query.Deleted);

    private Task UndoAsync() => _done is { } done ? ChangeAsync(done.RunIds, restore: done.Deleted) : Task.CompletedTask;

    private async Task ChangeAsync(string[] runIds, bool restore)
    {
        try
        {
            var caller = await CallerAsync();
            if (_withChildren && !restore)
            {
                runIds = [.. await Families.WithDescendantsAsync(caller, runIds, CancellationToken.None)];
            }

            foreach (var runId in runIds)
            {
                await (restore ? Runs.RestoreAsync(caller, runId, CancellationToken.None) : Runs.DeleteAsync(caller, runId, CancellationToken.None));
            }

            var what = runIds.Length == 1 ? "1 run" : $"{runIds.Length} runs";
            _done = ($"{what} {(restore ? "restored" : "deleted")}.", !restore, runIds);
            _selected.Clear();
            await TryLoadAsync();
        }
        catch (HubException refusal)
        {
            Refusal = refusal.Message;
        }
    }
}
