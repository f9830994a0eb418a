using Microsoft.AspNetCore.Components;
using MlHub.Access;
using MlHub.Artifacts;
using MlHub.LoggedModels;
using MlHub.Tracking;
using MlHub.Web.Shell;

namespace MlHub.Web.LoggedModels;

/// <summary>One logged model: what is known of it, and its files.</summary>
public partial class LoggedModelPage
{
    /// <summary>More are not named.</summary>
    private const int MostRuns = 20;

    private LoggedModelDetails? _found;
    private ReadableExperiment? _experiment;
    private List<Run> _runs = [];
    private bool _hasFiles;
    private string? _refusal;

    [Inject]
    public required LoggedModelSearches Searches { get; init; }

    [Inject]
    public required LoggedModelChanges Changes { get; init; }

    [Inject]
    public required ExperimentSearches ExperimentSearches { get; init; }

    [Inject]
    public required RunSearches RunSearches { get; init; }

    [Inject]
    public required MlHub.Artifacts.Artifacts Artifacts { get; init; }

    [Parameter]
    public long ExperimentId { get; set; }

    [Parameter]
    public string ModelId { get; set; } = "";

    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    [SupplyParameterFromQuery]
    public string? Path { get; set; }

    private bool IsArtifacts => Tab == "artifacts";

    private bool IsLineage => Tab == "lineage";

    protected override Task OnParametersSetAsync() => FoundAsync(async caller =>
    {
        var found = await Searches.GetAsync(caller, ModelId, Cancel);
        if (found.Model.ExperimentId != ExperimentId)
        {
            throw HubException.NotFound("The model belongs to another experiment.");
        }

        _experiment = await ExperimentSearches.GetAsync(caller, ExperimentId, Cancel);
        _hasFiles = (await Artifacts.ListAsync(caller, ModelId, ArtifactPath.Root, Cancel)).Count > 0;
        _runs = await RunsAsync(caller, found);
        _found = found;
    });

    /// <summary>Those of this experiment that made or measured the model.</summary>
    private async Task<List<Run>> RunsAsync(Caller caller, LoggedModelDetails found)
    {
        var ids = found.Metrics.Select(m => m.RunId).Prepend(found.Model.SourceRunId).OfType<string>().Distinct().Where(id => id.All(char.IsAsciiLetterOrDigit)).Take(MostRuns).ToList();
        if (ids.Count == 0)
        {
            return [];
        }

        var filter = $"attributes.run_id IN ({string.Join(", ", ids.Select(id => $"'{id}'"))})";
        return [.. (await RunSearches.SearchAsync(caller, new([ExperimentId], filter), Cancel)).Items.Select(r => r.Run)];
    }

    private async Task DeleteAsync()
    {
        _refusal = await TryAsync(caller => Changes.DeleteAsync(caller, ModelId, Cancel));
        if (_refusal is null)
        {
            Navigation.NavigateTo(HubUrls.LoggedModels(ExperimentId));
        }
    }
}
