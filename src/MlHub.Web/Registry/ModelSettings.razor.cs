using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Web.Access;
using MlHub.Web.Shell;

namespace MlHub.Web.Registry;

/// <summary>What only those see who manage the model: policies, sharing, its name, its end.</summary>
public partial class ModelSettings
{
    private IReadOnlyList<ListedVersion> _live = [];
    private MetricLine? _line;
    private string? _wanted, _renameRefusal, _deleteRefusal;

    [Inject]
    public required RegisteredModels Models { get; init; }

    [Inject]
    public required VersionLists Lists { get; init; }

    [Inject]
    public required MetricLines Lines { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [CascadingParameter]
    public required Task<AuthenticationState> SignedIn { get; set; }

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    [Parameter, EditorRequired]
    public required ModelDetails Found { get; set; }

    [SupplyParameterFromForm(FormName = "rename-model")]
    public string? NewName { get; set; }

    [SupplyParameterFromForm(FormName = "key-metric")]
    public string? KeyMetric { get; set; }

    [SupplyParameterFromForm(FormName = "delete-model")]
    public string? Confirmed { get; set; }

    private string Name => Found.Model.Name;

    private CancellationToken Cancel => Http?.RequestAborted ?? CancellationToken.None;

    protected override async Task OnParametersSetAsync()
    {
        var caller = (await SignedIn).User.AsCaller();
        _live = (await Lists.ReadAsync(caller, Name, activeOnly: true, null, Cancel)).Versions;
        _line = await Lines.ReadAsync(caller, Name, null, Cancel);
        _wanted = Found.Model.Tags.FirstOrDefault(t => t.Key == MetricLines.KeyMetricTag)?.Value;
    }

    private async Task RenameAsync()
    {
        var name = NewName?.Trim() ?? "";
        _renameRefusal = await TryAsync(caller => Models.RenameAsync(caller, Name, name, Cancel));
        if (_renameRefusal is null)
        {
            Navigation.NavigateTo(HubUrls.Model(name, "settings"));
        }
    }

    private async Task SetMetricAsync()
    {
        await TryAsync(caller => string.IsNullOrEmpty(KeyMetric)
            ? Models.DeleteTagAsync(caller, Name, MetricLines.KeyMetricTag, Cancel)
            : Models.SetTagAsync(caller, Name, MetricLines.KeyMetricTag, KeyMetric, Cancel));
        Navigation.NavigateTo(HubUrls.Model(Name, "settings"));
    }

    private async Task DeleteAsync()
    {
        _deleteRefusal = Confirmed == Name
            ? await TryAsync(caller => Models.DeleteAsync(caller, Name, Cancel))
            : "The name was not typed as it is written; nothing was deleted.";
        if (_deleteRefusal is null)
        {
            Navigation.NavigateTo(HubUrls.Models());
        }
    }

    private async Task<string?> TryAsync(Func<Caller, Task> act)
    {
        try
        {
            await act((await SignedIn).User.AsCaller());
            return null;
        }
        catch (HubException refusal)
        {
            return refusal.Message;
        }
    }
}
