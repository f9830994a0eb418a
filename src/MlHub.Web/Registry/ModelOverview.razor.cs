using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Past;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Web.Reviews;

namespace MlHub.Web.Registry;

/// <summary>The stage board and what is live now, kept fresh while the page is open.</summary>
public partial class ModelOverview
{
    private StageBoard? _board;
    private List<StagePolicy> _policies = [];
    private List<Rollback> _ways = [];
    private List<StageBand> _bands = [];
    private ChosenMove? _chosen;

    [Inject]
    public required StageBoards Boards { get; init; }

    [Inject]
    public required Policies Policies { get; init; }

    [Inject]
    public required Rollbacks Rollbacks { get; init; }

    [Inject]
    public required RegistryPast Past { get; init; }

    [Parameter, EditorRequired]
    public long ModelId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Model(ModelId));

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        _policies = await Policies.ListAsync(caller, Name, CancellationToken.None);
        _ways = await Rollbacks.ListAsync(caller, Name, CancellationToken.None);
        _bands = await Past.StageHistoryAsync(caller, Name, CancellationToken.None);
        _board = await Boards.ReadAsync(caller, Name, CancellationToken.None);
    }
}

/// <summary>The version of a card, and where its reader wants it.</summary>
public sealed record ChosenMove(VersionDetails Found, StageChoice Choice);
