using Microsoft.AspNetCore.Components;
using MlHub.Serving;
using MlHub.Serving.Batch;

namespace MlHub.Web.Serving;

/// <summary>A model's batch jobs and schedules, and the form to make them.</summary>
public partial class BatchView
{
    private ServingReport? _serving;
    private List<BatchReport> _jobs = [];
    private List<BatchScheduleReport> _schedules = [];
    private string? _refusal;
    private bool _isBusy;

    [Inject]
    public required ServedModels Served { get; init; }

    [Inject]
    public required BatchJobs Jobs { get; init; }

    [Inject]
    public required BatchSchedules Schedules { get; init; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public RegistryPermission Permission { get; set; }

    private bool IsWaiting => _isBusy || !RendererInfo.IsInteractive;

    protected override async Task OnParametersSetAsync() => await FollowAsync(await Jobs.TopicAsync(await CallerAsync(), Name, CancellationToken.None));

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        (_jobs, _schedules) = (await Jobs.ListAsync(caller, Name, CancellationToken.None), await Schedules.ListAsync(caller, Name, CancellationToken.None));
        _serving = await Served.GetAsync(caller, Name, CancellationToken.None);
    }

    /// <summary>Names first, since they are what schedules should ask.</summary>
    private static List<string> Selectors(ServingReport serving) => [.. serving.Endpoints.Select(e => e.Selector), .. serving.Versions.Where(v => v.Objection is null).Select(v => $"{v.Number}")];

    private Task<bool> BeginAsync(BatchDraft draft) => ActAsync(caller => Jobs.CreateAsync(caller, Name, draft.Selector, draft.ToSource(), CancellationToken.None));

    private Task<bool> ScheduleAsync(BatchDraft draft) =>
        ActAsync(caller => Schedules.CreateAsync(caller, Name, draft.ToTitle(), draft.Selector, draft.ToSource(), draft.ToTimes(), CancellationToken.None));

    /// <summary>Whether it was done.</summary>
    private async Task<bool> ActAsync(Func<Caller, Task> act)
    {
        (_isBusy, _refusal) = (true, null);
        try
        {
            await act(await CallerAsync());
            await TryLoadAsync();
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }

        _isBusy = false;
        StateHasChanged();
        return _refusal is null;
    }
}
