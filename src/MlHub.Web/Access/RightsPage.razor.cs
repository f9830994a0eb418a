using System.Globalization;
using Microsoft.AspNetCore.Components;
using MlHub.Tracking;
using MlHub.Tracking.Search;

namespace MlHub.Web.Access;

public partial class RightsPage
{
    private bool _isShown;
    private List<string> _accounts = [];
    private List<string> _models = [];
    private List<Experiment> _experiments = [];
    private Rights? _rights;
    private string? _refusal;

    [Inject]
    public required EffectiveRights Rights { get; init; }

    [Inject]
    public required Principals Principals { get; init; }

    [Inject]
    public required ExperimentSearches Experiments { get; init; }

    [SupplyParameterFromQuery]
    public string? User { get; set; }

    [SupplyParameterFromQuery]
    public string? Model { get; set; }

    [SupplyParameterFromQuery(Name = "experiment")]
    public string? Experiment { get; set; }

    protected override Task OnParametersSetAsync() => FoundByAdminAsync(async caller =>
    {
        _isShown = true;
        _accounts = [.. (await Principals.ListAsync(caller, Cancel)).Where(p => p.Kind != PrincipalKind.Group).Select(p => p.Name)];
        _models = await Rights.ModelNamesAsync(caller, Cancel);
        _experiments = [.. (await Experiments.SummariesAsync(caller, null, ViewType.ActiveOnly, Cancel)).Select(s => s.Experiment)];
        if (!string.IsNullOrWhiteSpace(User))
        {
            _refusal = await TryAsync(async c => _rights = await ExplainAsync(c, User.Trim()));
        }
    });

    private Task<Rights> ExplainAsync(Caller caller, string user) =>
        !string.IsNullOrWhiteSpace(Model) ? Rights.OnModelAsync(caller, user, Model.Trim(), Cancel)
        : long.TryParse(Experiment, NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? Rights.OnExperimentAsync(caller, user, id, Cancel)
        : throw HubException.Invalid("Choose a model, or the number of an experiment.");
}
