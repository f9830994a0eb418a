using Microsoft.AspNetCore.Components;
using MlHub.Serving.Batch;

namespace MlHub.Web.Serving;

/// <summary>The form for a job or schedule. It shows the first rows of what it is to read, and what they lack, before anything is begun.</summary>
public partial class NewBatch
{
    private readonly BatchDraft _draft = new();
    private BatchHead? _head;
    private string? _refusal;
    private (string?, string?) _given;
    private int _looks;
    private bool _isBusy;

    [Parameter, EditorRequired]
    public required string Model { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Selectors { get; set; }

    [Parameter]
    public bool CanSchedule { get; set; }

    /// <summary>The run or logged model, and its file, that the address of the page names.</summary>
    [Parameter]
    public string? RunId { get; set; }

    [Parameter]
    public string? Path { get; set; }

    [Parameter, EditorRequired]
    public required Func<BatchDraft, Task<BatchHead>> Look { get; set; }

    /// <summary>Each answers why it was not done; null where it was.</summary>
    [Parameter, EditorRequired]
    public required Func<BatchDraft, Task<string?>> OnJob { get; set; }

    [Parameter, EditorRequired]
    public required Func<BatchDraft, Task<string?>> OnSchedule { get; set; }

    private bool IsWaiting => _isBusy || !RendererInfo.IsInteractive;

    protected override async Task OnParametersSetAsync()
    {
        if (!Selectors.Contains(_draft.Selector))
        {
            _draft.Selector = Selectors.Count > 0 ? Selectors[0] : "";
        }

        if (_given != (RunId, Path) && Path is not null)
        {
            _given = (RunId, Path);
            (_draft.Origin, _draft.RunId, _draft.Path) = (BatchOrigin.Run, RunId ?? "", Path);
            await LookAsync();
        }
    }

    private Task LookAsync() => ReadHeadAsync(false);

    /// <summary>The last look counts, however long those before it take.</summary>
    private async Task ReadHeadAsync(bool isWanted)
    {
        var look = ++_looks;
        (_head, _refusal) = (null, null);
        if (!RendererInfo.IsInteractive || _draft.Selector.Length == 0 || !(isWanted || _draft.CanBeLookedAt))
        {
            return;
        }

        BatchHead? head = null;
        string? refusal = null;
        try
        {
            head = await Look(_draft);
        }
        catch (HubException e)
        {
            refusal = e.Message;
        }

        if (look == _looks)
        {
            (_head, _refusal) = (head, refusal);
        }
    }

    private async Task SendAsync()
    {
        (_isBusy, _refusal) = (true, null);
        _refusal = await (_draft.IsScheduled ? OnSchedule : OnJob)(_draft);
        if (_refusal is null)
        {
            (_draft.IsScheduled, _draft.Title, _draft.Cron) = (false, "", "");
        }

        _isBusy = false;
    }
}
