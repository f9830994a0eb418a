using Microsoft.AspNetCore.Components;
using MlHub.LoggedModels;
using MlHub.Registry;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Web.Shell;

namespace MlHub.Web.Tracking;

public partial class RunPage
{
    private FoundRun? _found;
    private ReadableExperiment? _experiment;
    private List<RunRegistration> _registered = [];
    private Dictionary<string, LoggedModelDetails> _loggedModels = [];
    private RunFamily _family = new(null, []);
    private string[] _environment = [];
    private string? _refusal;
    private string? _renameRefusal;

    [Inject]
    public required Runs Runs { get; init; }

    [Inject]
    public required RunSearches Searches { get; init; }

    [Inject]
    public required ExperimentSearches ExperimentSearches { get; init; }

    [Inject]
    public required RunRegistrations Registrations { get; init; }

    [Inject]
    public required LoggedModelSearches LoggedModelSearches { get; init; }

    [Inject]
    public required RunFamilies Families { get; init; }

    [Inject]
    public required MlHub.Artifacts.Artifacts Artifacts { get; init; }

    [Parameter]
    public long ExperimentId { get; set; }

    [Parameter]
    public string RunId { get; set; } = "";

    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    [SupplyParameterFromQuery]
    public string? Path { get; set; }

    /// <summary>What the code is held against: parent, best, production.</summary>
    [SupplyParameterFromQuery]
    public string? Against { get; set; }

    /// <summary>The metric that tells the best run.</summary>
    [SupplyParameterFromQuery]
    public string? Metric { get; set; }

    [SupplyParameterFromForm(FormName = "rename")]
    public string? NewName { get; set; }

    [SupplyParameterFromForm(FormName = "delete")]
    public bool WithChildren { get; set; }

    private int OfSystem => _found!.Details.Metrics.Count(m => MetricNames.IsOfSystem(m.Key));

    private RunTab Current => Enum.TryParse<RunTab>(Tab, ignoreCase: true, out var tab) && Enum.IsDefined(tab) ? tab : RunTab.Overview;

    protected override Task OnParametersSetAsync() => FoundAsync(async caller =>
    {
        var found = await Searches.GetAsync(caller, RunId, Cancel);
        if (found.Details.Run.ExperimentId != ExperimentId)
        {
            // It was moved since somebody wrote the address down.
            Navigation.NavigateTo(HubUrls.Run(found.Details.Run.ExperimentId, RunId, Current));
            return;
        }

        _experiment = await ExperimentSearches.GetAsync(caller, ExperimentId, Cancel);
        _family = await Families.OfAsync(caller, RunId, Cancel);
        _registered = [.. (await Registrations.OfAsync(caller, [RunId], Cancel))[RunId]];
        if (Current == RunTab.Overview)
        {
            _loggedModels = await LoggedModelSearches.OfRunAsync(caller, found.Details, Cancel);
            _environment = await Artifacts.EnvironmentFilesAsync(caller, RunId, Cancel);
        }

        _found = found;
    });

    private static List<SeriesName> KnownSeries(FoundRun found) => [.. found.Details.Metrics.Select(m => new SeriesName(m.Key, m.Points))];

    /// <summary>Moving takes a run away from those who see it here; who may read one could log it again.</summary>
    private static string TransferName(ReadableExperiment experiment) => experiment.Permission >= Permission.Manage ? "Move or copy" : "Copy";

    private int CountOn(RunTab tab) => tab switch
    {
        RunTab.Metrics => _found!.Details.Metrics.Count - OfSystem,
        RunTab.System => OfSystem,
        _ => 0,
    };

    private async Task RenameAsync()
    {
        _renameRefusal = await TryAsync(caller => Runs.UpdateAsync(caller, RunId, null, null, NewName?.Trim(), Cancel));
        if (_renameRefusal is null)
        {
            Navigation.NavigateTo(HubUrls.Run(ExperimentId, RunId, Current));
        }
    }

    private async Task DeleteAsync()
    {
        _refusal = await TryAsync(async caller =>
        {
            foreach (var id in WithChildren ? await Families.WithDescendantsAsync(caller, [RunId], Cancel) : [RunId])
            {
                await Runs.DeleteAsync(caller, id, Cancel);
            }
        });
        if (_refusal is null)
        {
            Navigation.NavigateTo(HubUrls.Experiment(ExperimentId));
        }
    }

    private async Task RestoreAsync()
    {
        _refusal = await TryAsync(caller => Runs.RestoreAsync(caller, RunId, Cancel));
        if (_refusal is null)
        {
            Navigation.NavigateTo(HubUrls.Run(ExperimentId, RunId));
        }
    }
}
