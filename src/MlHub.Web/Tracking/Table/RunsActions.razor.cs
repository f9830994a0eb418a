using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Tracking;
using MlHub.Web.Compare;

namespace MlHub.Web.Tracking.Table;

/// <summary>
/// What can be done with the runs selected in the table, and the pulse that tells its script that something changed. The script writes the selection into a
/// hidden field, as <see cref="RunList"/> reads it.
/// </summary>
public partial class RunsActions
{
    private List<string> _selected = [];
    private string _sent = "";
    private Panel _panel;
    private bool _withChildren;
    private string _key = "";
    private string _value = "";
    private int _pulse;
    private int _letGo;
    private (string Text, bool Deleted, string[] RunIds)? _done;

    private enum Panel
    {
        None,
        Transfer,
        Tag,
        Register,
    }

    [Inject]
    public required Runs Runs { get; init; }

    [Inject]
    public required RunLogs Logs { get; init; }

    [Inject]
    public required RunFamilies Families { get; init; }

    [Parameter, EditorRequired]
    public long ExperimentId { get; set; }

    /// <summary>Whether the table shows deleted runs.</summary>
    [Parameter]
    public bool Deleted { get; set; }

    [Parameter]
    public bool CanEdit { get; set; }

    [Parameter]
    public bool CanManage { get; set; }

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Experiment(ExperimentId));

    /// <summary>The table's own script reads again what is in sight.</summary>
    protected override Task LoadAsync()
    {
        _pulse++;
        return Task.CompletedTask;
    }

    private void Select(string? runs)
    {
        _sent = runs ?? "";
        _selected = [.. RunList.Read(_sent).Distinct().Take(Limits.SelectedRuns)];
        _panel = _selected.Count == 0 ? Panel.None : _panel;
        Refusal = null;
    }

    /// <summary>What was selected is not there any more; the script hears of it by the number.</summary>
    private void LetGo()
    {
        Select(null);
        _letGo++;
    }

    private void Toggle(Panel panel) => _panel = _panel == panel ? Panel.None : panel;

    private string Is(Panel panel) => _panel == panel ? "true" : "false";

    private Task TransferredAsync(string what)
    {
        _done = (what, false, []);
        LetGo();
        return TryLoadAsync();
    }

    private Task TagAsync() => TryAsync(async caller =>
    {
        foreach (var run in _selected)
        {
            await Logs.AppendAsync(caller, run, new([], [], [new(_key.Trim(), _value)]), CancellationToken.None);
        }

        _done = ($"{_key.Trim()} is set on {Words(_selected.Count)}.", false, []);
        _panel = Panel.None;
    });

    private Task ChangeSelectedAsync() => ChangeAsync([.. _selected], restore: Deleted);

    private Task UndoAsync() => _done is { } done ? ChangeAsync(done.RunIds, restore: done.Deleted) : Task.CompletedTask;

    private Task ChangeAsync(string[] runIds, bool restore) => TryAsync(async caller =>
    {
        if (_withChildren && !restore)
        {
            runIds = [.. await Families.WithDescendantsAsync(caller, runIds, CancellationToken.None)];
        }

        foreach (var runId in runIds)
        {
            await (restore ? Runs.RestoreAsync(caller, runId, CancellationToken.None) : Runs.DeleteAsync(caller, runId, CancellationToken.None));
        }

        _done = ($"{Words(runIds.Length)} {(restore ? "restored" : "deleted")}.", !restore, runIds);
        LetGo();
    });

    private async Task TryAsync(Func<Caller, Task> act)
    {
        try
        {
            Refusal = null;
            await act(await CallerAsync());
        }
        catch (HubException refusal)
        {
            Refusal = refusal.Message;
        }

        _pulse++;
    }

    private static string Words(int runs) => runs == 1 ? "1 run" : $"{runs} runs";
}
