using Microsoft.AspNetCore.Components;
using MlHub.Access;
using MlHub.Serving;
using MlHub.Serving.Batch;
using MlHub.Web.Shell;

namespace MlHub.Web.Serving;

/// <summary>A model's batch jobs and schedules, and the form to make them.</summary>
public partial class BatchView
{
    private ServingReport? _serving;
    private List<BatchReport> _jobs = [];
    private List<BatchScheduleReport> _schedules = [];
    private BatchReport? _job;
    private string? _refusal, _absent;
    private bool _isBusy;

    [Inject]
    public required ServedModels Served { get; init; }

    [Inject]
    public required BatchJobs Jobs { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required BatchSchedules Schedules { get; init; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public RegistryPermission Permission { get; set; }

    /// <summary>The job that is looked at; null for the form and the list alone.</summary>
    [SupplyParameterFromQuery]
    public string? Job { get; set; }

    /// <summary>The run or logged model, and its file, that the form is to begin with.</summary>
    [SupplyParameterFromQuery]
    public string? Run { get; set; }

    [SupplyParameterFromQuery]
    public string? Path { get; set; }

    /// <summary>All but the one that is looked at.</summary>
    private List<BatchReport> Listed => _jobs.FindAll(j => j.Job.Id != _job?.Job.Id);

    private bool IsWaiting => _isBusy || !RendererInfo.IsInteractive;

    protected override async Task OnParametersSetAsync() => await FollowAsync(await Jobs.TopicAsync(await CallerAsync(), Name, CancellationToken.None));

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        (_jobs, _schedules) = (await Jobs.ListAsync(caller, Name, CancellationToken.None), await Schedules.ListAsync(caller, Name, CancellationToken.None));
        (_job, _absent) = await OpenedAsync(caller);
        _serving = await Served.GetAsync(caller, Name, CancellationToken.None);
    }

    private async Task<(BatchReport? Job, string? Absent)> OpenedAsync(Caller caller)
    {
        try
        {
            return Job is null ? (null, null) : (await Jobs.GetAsync(caller, BatchMapping.Id(Job, "job_id"), CancellationToken.None), null);
        }
        catch (HubException refusal)
        {
            return (null, refusal.Message);
        }
    }

    /// <summary>Names first, since they are what schedules should ask.</summary>
    private static List<string> Selectors(ServingReport serving) => [.. serving.Endpoints.Select(e => e.Selector), .. serving.Versions.Where(v => v.Objection is null).Select(v => $"{v.Number}")];

    private async Task<BatchHead> LookAsync(BatchDraft draft) => await Jobs.HeadAsync(await CallerAsync(), Name, draft.Selector, draft.ToSource(), CancellationToken.None);

    /// <summary>Whoever has begun a job wants to see it.</summary>
    private Task<string?> BeginAsync(BatchDraft draft) => TryAsync(async caller =>
        Navigation.NavigateTo(HubUrls.BatchJob(Name, (await Jobs.CreateAsync(caller, Name, draft.Selector, draft.ToSource(), CancellationToken.None)).Job.Id)));

    private Task<string?> ScheduleAsync(BatchDraft draft) =>
        TryAsync(caller => Schedules.CreateAsync(caller, Name, draft.ToTitle(), draft.Selector, draft.ToSource(), draft.ToTimes(), CancellationToken.None));

    private async Task DeleteAsync(BatchReport opened)
    {
        await ActAsync(caller => Jobs.DeleteAsync(caller, opened.Job.Id, CancellationToken.None));
        if (_refusal is null)
        {
            Navigation.NavigateTo(HubUrls.Serving(Name, ServingView.Batch));
        }
    }

    private async Task ActAsync(Func<Caller, Task> act)
    {
        _refusal = null;
        _refusal = await TryAsync(act);
    }

    /// <summary>Why it was not done; null where it was.</summary>
    private async Task<string?> TryAsync(Func<Caller, Task> act)
    {
        _isBusy = true;
        string? refusal = null;
        try
        {
            await act(await CallerAsync());
            await TryLoadAsync();
        }
        catch (HubException e)
        {
            refusal = e.Message;
        }

        _isBusy = false;
        StateHasChanged();
        return refusal;
    }
}
