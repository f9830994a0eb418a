using Microsoft.AspNetCore.Components;
using MlHub.Access;
using MlHub.Compare;
using MlHub.Tracking;
using MlHub.Web.Shell;

namespace MlHub.Web.Compare;

/// <summary>Runs side by side. The server lays them out and judges them; the browser draws, brushes and hides what is the same.</summary>
public partial class ComparePage
{
    private static readonly (string Kind, string Title)[] Charts =
        [("curves", "Curves"), ("parallel", "Parallel"), ("scatter", "Scatter"), ("box", "Box"), ("contour", "Contour")];

    private RunComparison? _comparison;
    private ComparedMetric? _metric;
    private Dictionary<long, string> _experiments = [];
    private int _baseline;
    private string _data = "";
    private ExplanationComparison? _explanations;
    private string? _refusal;

    [Inject]
    public required RunComparisons Comparisons { get; init; }

    [Inject]
    public required Experiments Found { get; init; }

    /// <summary>The runs as <see cref="RunList"/> writes them.</summary>
    [SupplyParameterFromQuery]
    public string? Runs { get; set; }

    /// <summary>The run that the others are held against; the first where none is named.</summary>
    [SupplyParameterFromQuery]
    public string? Baseline { get; set; }

    /// <summary>The metric that is explained.</summary>
    [SupplyParameterFromQuery]
    public string? Metric { get; set; }

    private IReadOnlyList<(string, string)> Trail => _experiments.Count == 1
        ? [("Experiments", HubUrls.Experiments()), (_experiments.First().Value, HubUrls.Experiment(_experiments.First().Key))]
        : [("Experiments", HubUrls.Experiments())];

    private string Where => _experiments.Count == 1 ? $"of {_experiments.First().Value}" : $"of {_experiments.Count} experiments";

    protected override async Task OnParametersSetAsync() => _refusal = await TryAsync(LoadAsync);

    private async Task LoadAsync(Caller caller)
    {
        _comparison = await Comparisons.CompareAsync(caller, RunList.Read(Runs), Cancel);
        foreach (var id in _comparison.Runs.Select(r => r.Run.ExperimentId).Distinct())
        {
            _experiments[id] = (await Found.GetAsync(caller, id, Cancel)).Name;
        }

        _baseline = RunList.Place(_comparison, Baseline);
        _metric = ExplainedMetric.OrNull(_comparison, Metric);
        // Ranks change between two; the first of them is what the other is held against.
        _explanations = _comparison.Runs is [var first, var second] ? await Comparisons.CompareExplanationsAsync(caller, second.Run.RunId, first.Run.RunId, Cancel) : null;
        _data = PlottedRuns.Write(_comparison, _experiments);
    }
}
