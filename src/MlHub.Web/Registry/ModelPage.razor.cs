using Microsoft.AspNetCore.Components;
using MlHub.Access;
using MlHub.Past;
using MlHub.Registry;
using MlHub.Web.Serving;
using MlHub.Web.Shell;

namespace MlHub.Web.Registry;

/// <summary>A registered model: its parts are islands that live, its address says which one is open.</summary>
public partial class ModelPage
{
    private ModelDetails? _found;
    private PastModel? _past;
    private int _versions;
    private string? _refusal;

    [Inject]
    public required RegisteredModels Models { get; init; }

    [Inject]
    public required VersionLists Lists { get; init; }

    [Inject]
    public required RegistryPast Past { get; init; }

    [Parameter]
    public string Name { get; set; } = "";

    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    /// <summary>Of the versions: <c>active</c> or all; of serving one of <see cref="ServingView"/>.</summary>
    [SupplyParameterFromQuery]
    public string? View { get; set; }

    [SupplyParameterFromQuery]
    public int? Before { get; set; }

    [SupplyParameterFromQuery]
    public string? Metric { get; set; }

    /// <summary>The instant to look at, in milliseconds since 1970; null for now.</summary>
    [SupplyParameterFromQuery(Name = "as_of")]
    public long? AsOf { get; set; }

    private ModelTab Current =>
        Enum.TryParse<ModelTab>(Tab, ignoreCase: true, out var tab) && Tabs.Contains(tab) ? tab : ModelTab.Overview;

    private IEnumerable<ModelTab> Tabs =>
        Enum.GetValues<ModelTab>().Where(t => t is not (ModelTab.Settings or ModelTab.Webhooks) || _found?.Permission >= RegistryPermission.Manage);

    protected override async Task OnParametersSetAsync()
    {
        if (PastInstant.OrNull(AsOf) is { } at)
        {
            _refusal = await TryAsync(async caller => _past = await Past.ModelAtAsync(caller, Name, at, Cancel));
            return;
        }

        await FoundAsync(LoadAsync);
    }

    private async Task LoadAsync(Caller caller)
    {
        _found = await Models.GetAsync(caller, Name, Cancel);
        _versions = await Lists.CountAsync(caller, Name, Cancel);
    }

    private string TabUrl(ModelTab tab) => HubUrls.Model(Name, tab == ModelTab.Overview ? null : tab.ToString().ToLowerInvariant());
}
