using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Registry;

namespace MlHub.Web.Registry;

/// <summary>The versions of a model, newest first; two of them can be picked to be compared.</summary>
public partial class VersionsTable
{
    private readonly List<int> _picked = [];
    private VersionList? _list;

    [Inject]
    public required VersionLists Lists { get; init; }

    [Parameter, EditorRequired]
    public long ModelId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter]
    public bool ActiveOnly { get; set; }

    [Parameter]
    public int? Before { get; set; }

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Model(ModelId));

    protected override async Task LoadAsync() => _list = await Lists.ReadAsync(await CallerAsync(), Name, ActiveOnly, Before, CancellationToken.None);

    private void Pick(int number, bool picked)
    {
        if (picked)
        {
            _picked.Add(number);
        }
        else
        {
            _picked.Remove(number);
        }
    }
}
