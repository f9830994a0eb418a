using Microsoft.AspNetCore.Components;
using MlHub.Tracking;
using MlHub.Web.Shell;

namespace MlHub.Web.Tracking;

public partial class ExperimentsPage
{
    private string? _refusal;
    private bool _mayShare;

    [Inject]
    public required Experiments Experiments { get; init; }

    [Inject]
    public required FolderSharing Folders { get; init; }

    /// <summary>What names begin with; nothing for the outermost level.</summary>
    [SupplyParameterFromQuery]
    public string? Folder { get; set; }

    [SupplyParameterFromQuery]
    public string? Search { get; set; }

    [SupplyParameterFromQuery]
    public string? View { get; set; }

    [SupplyParameterFromForm(FormName = "new-experiment")]
    public NewExperiment? Input { get; set; }

    private bool Deleted => View == "deleted";

    private string? Path { get; set; }

    private List<(string Text, string Url)> Trail =>
        Path is null
            ? []
            : [("Experiments", HubUrls.Experiments()), .. FolderPath.Above(Path).Select(f => (FolderPath.Last(f), HubUrls.Experiments(folder: f)))];

    protected override async Task OnParametersSetAsync()
    {
        Input ??= new();
        await FoundAsync(async caller =>
        {
            Path = ParseOrNull(Folder);
            _mayShare = Path is not null && await Folders.PermissionAsync(caller, Path, Cancel) == Permission.Manage;
        });
    }

    private static string? ParseOrNull(string? folder)
    {
        try
        {
            return string.IsNullOrEmpty(folder) ? null : FolderPath.Parse(folder);
        }
        catch (HubException refusal)
        {
            throw HubException.NotFound(refusal.Message);
        }
    }

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
