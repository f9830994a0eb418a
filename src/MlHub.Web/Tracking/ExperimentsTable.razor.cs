using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Tracking;
using MlHub.Tracking.Search;

namespace MlHub.Web.Tracking;

/// <summary>The list of experiments, kept fresh while it is open.</summary>
public partial class ExperimentsTable
{
    private List<ExperimentSummary>? _experiments;
    private IReadOnlyList<FolderSummary> _folders = [];

    [Inject]
    public required ExperimentSearches Searches { get; init; }

    [Parameter]
    public string? Search { get; set; }

    [Parameter]
    public bool Deleted { get; set; }

    /// <summary>Null for the outermost level.</summary>
    [Parameter]
    public string? Folder { get; set; }

    /// <summary>A level of folders, as opposed to a flat list of what was searched for or deleted.</summary>
    private bool IsListing => !Deleted && string.IsNullOrWhiteSpace(Search);

    private int Count => _experiments!.Count + _folders.Sum(f => f.Experiments);

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Experiments);

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        var (folders, found) = IsListing
            ? await Searches.InFolderAsync(caller, Folder, CancellationToken.None)
            : new([], await Searches.SummariesAsync(caller, Search, Deleted ? ViewType.DeletedOnly : ViewType.ActiveOnly, CancellationToken.None, Folder));
        _folders = folders;
        _experiments = [.. found.OrderByDescending(e => e.LastStartTime ?? e.Experiment.CreatedAt.ToUnixTimeMilliseconds())];
    }
}
