using Microsoft.AspNetCore.Components;
using MlHub.SavedViews;
using MlHub.Web.Shell;

namespace MlHub.Web.Tracking.Table;

/// <summary>The saved views of the table, and the forms that save, change and delete one.</summary>
public partial class ViewsMenu
{
    private string? _refusal;

    [Inject]
    public required MlHub.SavedViews.SavedViews Saved { get; init; }

    [Parameter, EditorRequired]
    public long ExperimentId { get; set; }

    /// <summary>What is shown now, and so what is saved.</summary>
    [Parameter, EditorRequired]
    public required RunsQuery Query { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<SavedView> Views { get; set; }

    [Parameter]
    public SavedView? Current { get; set; }

    [Parameter]
    public bool CanEdit { get; set; }

    [Parameter]
    public bool CanManage { get; set; }

    [Parameter]
    public Guid CallerId { get; set; }

    [SupplyParameterFromForm(FormName = "save-view")]
    public NewView? Input { get; set; }

    private bool IsChanged => Current is not null && Query.ToState() != RunsQuery.Read(Current.State).ToState();

    private bool MayChange => CanManage || (Current!.OwnerId == CallerId && (CanEdit || !Current.IsShared));

    private async Task CreateAsync()
    {
        SavedView? made = null;
        _refusal = await TryAsync(async caller =>
        {
            var isShared = Input!.IsShared || Input.IsDefault;
            made = await Saved.CreateAsync(caller, ExperimentId, SavedViewKinds.Runs, Input.Name?.Trim() ?? "", Query.ToState(), isShared, Cancel);
            if (Input.IsDefault)
            {
                await Saved.SetDefaultAsync(caller, ExperimentId, SavedViewKinds.Runs, made.Id, Cancel);
            }
        });
        Open(made?.Id);
    }

    private async Task UpdateAsync()
    {
        _refusal = await TryAsync(caller => Saved.UpdateAsync(caller, Current!.Id, null, Query.ToState(), null, Cancel));
        Open(Current!.Id);
    }

    private async Task SetDefaultAsync()
    {
        _refusal = await TryAsync(caller => Saved.SetDefaultAsync(caller, ExperimentId, SavedViewKinds.Runs, Current!.IsDefault ? null : Current.Id, Cancel));
        Open(Current!.Id);
    }

    private async Task DeleteAsync()
    {
        _refusal = await TryAsync(caller => Saved.DeleteAsync(caller, Current!.Id, Cancel));
        Open(null);
    }

    /// <summary>Loads the page anew, so that a reload does not send the form again.</summary>
    private void Open(Guid? view)
    {
        if (_refusal is null)
        {
            Navigation.NavigateTo(HubUrls.Experiment(ExperimentId, Query with { Saved = view is { } id ? $"{id:N}" : RunsQuery.None }));
        }
    }

    /// <summary>What the form sends.</summary>
    public sealed class NewView
    {
        public string? Name { get; set; }
        public bool IsShared { get; set; }
        public bool IsDefault { get; set; }
    }
}
