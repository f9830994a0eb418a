using Microsoft.AspNetCore.Components;
using MlHub.Access;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Serving;

namespace MlHub.Web.Registry;

/// <summary>What a model is, whose, and how it is tagged, fresh while the page is open.</summary>
public partial class ModelHeader
{
    private ModelDetails? _found;
    private bool _adding;
    private string _key = "", _value = "";
    private string? _tagRefusal;
    private ElementReference _first;
    private bool _focus;

    [Inject]
    public required RegisteredModels Models { get; init; }

    [Parameter, EditorRequired]
    public long ModelId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    private bool CanEdit => _found?.Permission >= RegistryPermission.Edit;

    // Those named mlflow.… are for programs, and the key metric and serving have their places.
    private IEnumerable<RegisteredModelTag> Shown =>
        _found!.Model.Tags.Where(t => !t.Key.StartsWith("mlflow.", StringComparison.Ordinal) && t.Key is not (MetricLines.KeyMetricTag or ServedModels.Tag))
            .OrderBy(t => t.Key, StringComparer.Ordinal);

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Model(ModelId));

    protected override async Task LoadAsync() => _found = await Models.GetAsync(await CallerAsync(), Name, CancellationToken.None);

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (_focus)
        {
            _focus = false;
            await _first.FocusAsync();
        }
    }

    private void BeginTag() => (_adding, _focus, _key, _value) = (true, true, "", "");

    private async Task AddTagAsync()
    {
        await TryAsync(caller => Models.SetTagAsync(caller, Name, _key.Trim(), _value, CancellationToken.None));
        _adding = _tagRefusal is not null;
    }

    private Task DeleteTagAsync(string key) => TryAsync(caller => Models.DeleteTagAsync(caller, Name, key, CancellationToken.None));

    private async Task TryAsync(Func<Caller, Task> act)
    {
        try
        {
            await act(await CallerAsync());
            _tagRefusal = null;
            await TryLoadAsync();
        }
        catch (HubException refusal)
        {
            _tagRefusal = refusal.Message;
        }
    }
}
