using Microsoft.AspNetCore.Components;
using MlHub.Past;
using MlHub.Registry;
using MlHub.Web.Shell;

namespace MlHub.Web.Reviews;

public partial class VersionPage
{
    private const long LastInstant = 253_402_300_799_999;

    private VersionDetails? _found;
    private PastModel? _then;
    private string? _refusal;

    [Inject]
    public required ModelVersions Versions { get; init; }

    [Inject]
    public required RegistryPast Past { get; init; }

    [Parameter]
    public string Name { get; set; } = "";

    [Parameter]
    public int Number { get; set; }

    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    /// <summary>The version to compare with; without it, the one in Production.</summary>
    [SupplyParameterFromQuery]
    public int? With { get; set; }

    /// <summary>Milliseconds since 1970: the version as it was then.</summary>
    [SupplyParameterFromQuery(Name = "as_of")]
    public long? AsOf { get; set; }

    [SupplyParameterFromQuery]
    public string? Path { get; set; }

    private VersionTab Current => Enum.TryParse<VersionTab>(Tab, ignoreCase: true, out var tab) && Enum.IsDefined(tab) ? tab : VersionTab.Overview;

    private string ModelUri => $"models:/{Name}/{Number}";

    protected override Task OnParametersSetAsync() => FoundAsync(async caller =>
    {
        if (AsOf is not { } instant)
        {
            _found = await Versions.GetAsync(caller, new(Name, Number), Cancel);
            return;
        }

        try
        {
            var at = DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(instant, 0, LastInstant));
            _then = (await Past.VersionAtAsync(caller, new(Name, Number), at, Cancel)).Model;
        }
        catch (HubException refusal) when (refusal.Error == HubError.Invalid)
        {
            // The future looks like now.
            Navigation.NavigateTo(HubUrls.Version(Name, Number));
        }
    });

    private string TabUrl(VersionTab tab) => HubUrls.Version(Name, Number, tab == VersionTab.Overview ? null : tab.ToString().ToLowerInvariant());

    private async Task DeleteAsync()
    {
        _refusal = await TryAsync(caller => Versions.DeleteAsync(caller, new(Name, Number), Cancel));
        if (_refusal is null)
        {
            Navigation.NavigateTo(HubUrls.Model(Name));
        }
    }
}
