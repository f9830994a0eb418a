using Microsoft.AspNetCore.Components;
using MlHub.Access;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Reviews;

namespace MlHub.Web.Registry;

/// <summary>The policies of a model's stages; one at a time is edited, and what others change meanwhile does not take a draft away.</summary>
public partial class PolicyEditors
{
    private static readonly Stage[] Shown = [Stage.Production, Stage.Staging, Stage.Archived, Stage.None];

    private List<StagePolicy> _policies = [];
    private PolicyDraft? _draft;
    private string? _saveRefusal;

    [Inject]
    public required Policies Policies { get; init; }

    [Parameter, EditorRequired]
    public long ModelId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Model(ModelId));

    protected override async Task LoadAsync() => _policies = await Policies.ListAsync(await CallerAsync(), Name, CancellationToken.None);

    private void Close() => (_draft, _saveRefusal) = (null, null);

    private Task SaveAsync() => TryAsync(caller => Policies.SetAsync(caller, Name, _draft!.Stage, _draft.ToPolicy(), CancellationToken.None));

    private Task DeleteAsync() => TryAsync(caller => Policies.DeleteAsync(caller, Name, _draft!.Stage, CancellationToken.None));

    private async Task TryAsync(Func<Caller, Task> act)
    {
        try
        {
            await act(await CallerAsync());
            Close();
            await TryLoadAsync();
        }
        catch (HubException refusal)
        {
            _saveRefusal = refusal.Message;
        }
    }
}
