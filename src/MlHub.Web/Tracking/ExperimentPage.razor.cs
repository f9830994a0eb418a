using Microsoft.AspNetCore.Components;
using MlHub.LoggedModels;
using MlHub.Tracking;
using MlHub.Web.Shell;
using MlHub.Web.Tracking.Table;

namespace MlHub.Web.Tracking;

public partial class ExperimentPage
{
    private static readonly string[] Changes = ["&drop=", "&unpin="];

    private ReadableExperiment? _found;
    private RunsQuery _query = new();
    private int _models;
    private string? _refusal;
    private string? _editRefusal;

    [Inject]
    public required Experiments Experiments { get; init; }

    [Inject]
    public required ExperimentSearches Searches { get; init; }

    [Inject]
    public required LoggedModelSearches LoggedModelSearches { get; init; }

    [Parameter]
    public long Id { get; set; }

    /// <summary>The runs, or <c>models</c>.</summary>
    [SupplyParameterFromQuery]
    public string? Tab { get; set; }

    [SupplyParameterFromForm(FormName = "edit")]
    public Edited? Edit { get; set; }

    private bool IsModels => Tab == "models";

    protected override Task OnParametersSetAsync()
    {
        var asked = new Uri(Navigation.Uri).Query;
        _query = RunsQuery.Read(asked);
        if (Changes.Any(c => asked.Contains(c, StringComparison.Ordinal)))
        {
            // What a button of the table's head asks for is done to the address, which then says the outcome.
            Navigation.NavigateTo(HubUrls.Experiment(Id, _query));
            return Task.CompletedTask;
        }

        return FoundAsync(async caller =>
        {
            _found = await Searches.GetAsync(caller, Id, Cancel);
            _models = await LoggedModelSearches.CountAsync(caller, Id, Cancel);
        });
    }

    private async Task EditAsync()
    {
        var note = Edit!.Description?.Trim() ?? "";
        _editRefusal = await TryAsync(async caller =>
        {
            await Experiments.RenameAsync(caller, Id, Edit.Name?.Trim() ?? "", Cancel);
            if (note != (Note.OrNull(_found!.Experiment) ?? ""))
            {
                await Experiments.SetTagAsync(caller, Id, Note.Tag, note, Cancel);
            }
        });
        if (_editRefusal is null)
        {
            Navigation.NavigateTo(HubUrls.Experiment(Id, _query));
        }
    }

    private async Task DeleteAsync()
    {
        _refusal = await TryAsync(caller => Experiments.DeleteAsync(caller, Id, Cancel));
        if (_refusal is null)
        {
            Navigation.NavigateTo(HubUrls.Experiments());
        }
    }

    private async Task RestoreAsync()
    {
        _refusal = await TryAsync(caller => Experiments.RestoreAsync(caller, Id, Cancel));
        if (_refusal is null)
        {
            Navigation.NavigateTo(HubUrls.Experiment(Id));
        }
    }

    /// <summary>What the form sends.</summary>
    public sealed class Edited
    {
        public string? Name { get; set; }
        public string? Description { get; set; }
    }
}
