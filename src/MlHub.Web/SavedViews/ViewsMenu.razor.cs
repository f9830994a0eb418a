using Microsoft.AspNetCore.Components;
using MlHub.Access;
using MlHub.SavedViews;
using MlHub.Web.Shell;

namespace MlHub.Web.SavedViews;

/// <summary>The saved views of a page of an experiment, and the forms that save, change and delete one.</summary>
public partial class ViewsMenu
{
    private string? _refusal;

    [Inject]
    public required MlHub.SavedViews.SavedViews Saved { get; init; }

    [Parameter, EditorRequired]
    public long ExperimentId { get; set; }

    /// <summary>One of <see cref="SavedViewKinds"/>.</summary>
    [Parameter, EditorRequired]
    public required string Kind { get; set; }

    /// <summary>What is shown now, and so what is saved, in the words in which the page keeps it.</summary>
    [Parameter, EditorRequired]
    public required string State { get; set; }

    /// <summary>The page as a view shows it; without one as it is by itself.</summary>
    [Parameter, EditorRequired]
    public required Func<SavedView?, string> UrlOf { get; set; }

    /// <summary>What the page shows without a view.</summary>
    [Parameter, EditorRequired]
    public required string PlainName { get; set; }

    /// <summary>What a view keeps.</summary>
    [Parameter, EditorRequired]
    public required string What { get; set; }

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

    private bool IsChanged => Current is not null && State != Current.State;

    private bool MayChange => CanManage || (Current!.OwnerId == CallerId && (CanEdit || !Current.IsShared));

    private Task CreateAsync() => DoAsync(async caller =>
    {
        var isShared = Input!.IsShared || Input.IsDefault;
        var made = await Saved.CreateAsync(caller, ExperimentId, Kind, Input.Name?.Trim() ?? "", State, isShared, Cancel);
        if (Input.IsDefault)
        {
            await Saved.SetDefaultAsync(caller, ExperimentId, Kind, made.Id, Cancel);
        }

        return made;
    });

    private Task UpdateAsync() => DoAsync(async caller => await Saved.UpdateAsync(caller, Current!.Id, null, State, null, Cancel));

    private Task SetDefaultAsync() => DoAsync(async caller =>
    {
        await Saved.SetDefaultAsync(caller, ExperimentId, Kind, Current!.IsDefault ? null : Current.Id, Cancel);
        return Current;
    });

    private Task DeleteAsync() => DoAsync(async caller =>
    {
        await Saved.DeleteAsync(caller, Current!.Id, Cancel);
        return null;
    });

    /// <summary>Loads the page anew, so that a reload does not send the form again.</summary>
    private async Task DoAsync(Func<Caller, Task<SavedView?>> change)
    {
        SavedView? view = null;
        _refusal = await TryAsync(async caller => view = await change(caller));
        if (_refusal is null)
        {
            Navigation.NavigateTo(UrlOf(view));
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
