using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Tracking;
using MlHub.Tracking.Search;

namespace MlHub.Web.Tracking;

/// <summary>The list of experiments, kept fresh while it is open.</summary>
public partial class ExperimentsTable
{
    private List<ExperimentSummary>? _experiments;

    [Inject]
    public required ExperimentSearches Searches { get; init; }

    [Parameter]
    public string? Search { get; set; }

    [Parameter]
    public bool Deleted { get; set; }

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Experiments);

    protected override async Task LoadAsync()
    {
        var found = await Searches.SummariesAsync(
            await CallerAsync(), Search, Deleted ? ViewType.DeletedOnly : ViewType.ActiveOnly, CancellationToken.None);
        _experiments = [.. found.OrderByDescending(e => e.LastStartTime ?? e.Experiment.CreatedAt.ToUnixTimeMilliseconds())];
    }
}
