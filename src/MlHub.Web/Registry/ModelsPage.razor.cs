using Microsoft.AspNetCore.Components;
using MlHub.Past;
using MlHub.Registry;
using MlHub.Web.Shell;

namespace MlHub.Web.Registry;

public partial class ModelsPage
{
    private ModelsQuery _query = new();
    private List<PastModel>? _past;
    private string? _refusal;

    [Inject]
    public required RegisteredModels Models { get; init; }

    [Inject]
    public required RegistryPast Past { get; init; }

    [SupplyParameterFromQuery]
    public string? Search { get; set; }

    [SupplyParameterFromQuery]
    public string? Stage { get; set; }

    [SupplyParameterFromQuery]
    public string? Owner { get; set; }

    [SupplyParameterFromQuery]
    public string? Tag { get; set; }

    [SupplyParameterFromQuery]
    public string? View { get; set; }

    [SupplyParameterFromQuery(Name = "as_of")]
    public long? AsOf { get; set; }

    [SupplyParameterFromQuery(Name = "page_token")]
    public string? PageToken { get; set; }

    [SupplyParameterFromQuery]
    public int? Page { get; set; }

    [SupplyParameterFromForm(FormName = "new-model")]
    public NewModel? Input { get; set; }

    protected override async Task OnParametersSetAsync()
    {
        Input ??= new();
        _query = ModelsQuery.Of(Search, Stage, Owner, Tag, View, AsOf, PageToken, Page);
        if (PastInstant.OrNull(AsOf) is { } at)
        {
            _refusal = await TryAsync(async caller => _past = await Past.ModelsAtAsync(caller, at, Cancel));
        }
    }

    private async Task CreateAsync()
    {
        var name = Input!.Name?.Trim() ?? "";
        _refusal = await TryAsync(caller => Models.CreateAsync(caller, name, Input.Description?.Trim(), [], Cancel));
        if (_refusal is null)
        {
            Navigation.NavigateTo(HubUrls.Model(name));
        }
    }

    /// <summary>What the form sends.</summary>
    public sealed class NewModel
    {
        public string? Name { get; set; }
        public string? Description { get; set; }
    }
}
