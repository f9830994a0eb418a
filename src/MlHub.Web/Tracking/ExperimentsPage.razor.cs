using Microsoft.AspNetCore.Components;
using MlHub.Tracking;
using MlHub.Web.Shell;

namespace MlHub.Web.Tracking;

public partial class ExperimentsPage
{
    private string? _refusal;

    [Inject]
    public required Experiments Experiments { get; init; }

    [SupplyParameterFromQuery]
    public string? Search { get; set; }

    [SupplyParameterFromQuery]
    public string? View { get; set; }

    [SupplyParameterFromForm(FormName = "new-experiment")]
    public NewExperiment? Input { get; set; }

    private bool Deleted => View == "deleted";

    protected override void OnInitialized() => Input ??= new();

    private async Task CreateAsync()
    {
        Experiment? made = null;
        List<KeyValuePair<string, string>> tags = string.IsNullOrWhiteSpace(Input!.Description) ? [] : [new(Note.Tag, Input.Description.Trim())];
        _refusal = await TryAsync(async caller => made = await Experiments.CreateAsync(caller, Input.Name?.Trim() ?? "", null, tags, Cancel));
        if (made is not null)
        {
            Navigation.NavigateTo(HubUrls.Experiment(made.Id));
        }
    }

    /// <summary>What the form sends.</summary>
    public sealed class NewExperiment
    {
        public string? Name { get; set; }
        public string? Description { get; set; }
    }
}
