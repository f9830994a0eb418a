using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Serving;
using MlHub.Serving.Monitoring;
using MlHub.Web.Shell;

namespace MlHub.Web.Serving;

/// <summary>How a model is served: where it is asked, how it fares, and a form to try it.</summary>
public partial class ServingTab
{
    private ServingReport? _report;
    private MeasuredSeries? _recent;
    private string? _refusal;
    private bool _isBusy;

    [Inject]
    public required ServedModels Served { get; init; }

    [Inject]
    public required ServingLimits Limits { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter]
    public bool CanManage { get; set; }

    private bool IsWaiting => _isBusy || !RendererInfo.IsInteractive;

    /// <summary>What can answer, names first, since they are what programs should ask.</summary>
    private List<string> Callable => [.. _report!.Endpoints.Select(e => e.Selector).Concat(_report.Versions.Select(v => $"{v.Number}")).Where(s => _report.Asked(s)?.Objection is null)];

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Scorers);

    protected override async Task LoadAsync() => _report = await Served.GetAsync(await CallerAsync(), Name, CancellationToken.None);

    private EventCallback<int> Retry => CanManage
        ? EventCallback.Factory.Create<int>(this, number => ActAsync((caller, name, cancel) => Limits.RetryAsync(caller, new(name, number), cancel)))
        : default;

    private string Address(string selector) => Navigation.ToAbsoluteUri(HubUrls.Invocations(Name, selector)).ToString();

    private string Example(ServingReport report) => ServingSnippets.ExampleOf(report, Callable[0], indented: false);

    private async Task ActAsync(Func<Caller, string, CancellationToken, Task> act)
    {
        (_isBusy, _refusal) = (true, null);
        try
        {
            await act(await CallerAsync(), Name, CancellationToken.None);
            await TryLoadAsync();
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }

        _isBusy = false;
    }
}
