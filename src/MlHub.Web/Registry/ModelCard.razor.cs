using Microsoft.AspNetCore.Components;
using MlHub.Access;
using MlHub.Live;
using MlHub.Registry;

namespace MlHub.Web.Registry;

/// <summary>The model's description as a card, written and seen side by side. A change made elsewhere never takes a draft away.</summary>
public partial class ModelCard
{
    private const string Template =
        """
        What does this model predict, for whom, and when should it not be used?

        ## Training data

        * Source and period:
        * Known gaps:

        ## How good it is

        | Metric | Value | On |
        | --- | --- | --- |
        | | | |

        ## Limits and risks

        * 

        ## Contact

        Owner, team, channel
        """;

    private ModelDetails? _found;
    private string? _draft, _begun, _refusal;
    private ElementReference _text;
    private bool _focus;

    [Inject]
    public required RegisteredModels Models { get; init; }

    [Parameter, EditorRequired]
    public long ModelId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    private bool CanEdit => _found?.Permission >= RegistryPermission.Edit;

    private bool IsStale => _found!.Model.Description != _begun;

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Model(ModelId));

    protected override async Task LoadAsync() => _found = await Models.GetAsync(await CallerAsync(), Name, CancellationToken.None);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus)
        {
            _focus = false;
            await _text.FocusAsync();
        }
    }

    private void Edit(string text) => (_draft, _begun, _focus, _refusal) = (text, _found!.Model.Description, true, null);

    private async Task SaveAsync()
    {
        try
        {
            await Models.DescribeAsync(await CallerAsync(), Name, _draft!.Trim(), CancellationToken.None);
            _draft = null;
            await TryLoadAsync();
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }
    }
}
