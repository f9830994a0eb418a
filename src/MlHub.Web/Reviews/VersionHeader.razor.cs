using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Tracking;

namespace MlHub.Web.Reviews;

/// <summary>What a version is and where it stands, fresh while the page is open; stage and aliases are changed here.</summary>
public partial class VersionHeader
{
    private VersionDetails? _found;
    private IReadOnlyList<StageChoice> _choices = [];
    private IReadOnlyList<Rollback> _ways = [];
    private bool _guardsProduction;
    private Run? _run;
    private StageChoice? _chosen;

    [Inject]
    public required ModelVersions Versions { get; init; }

    [Inject]
    public required Policies Policies { get; init; }

    [Inject]
    public required Rollbacks Rollbacks { get; init; }

    [Inject]
    public required Checks Checks { get; init; }

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Inject]
    public required RunSearches Runs { get; init; }

    [Parameter, EditorRequired]
    public long ModelId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public int Number { get; set; }

    private VersionKey Key => new(Name, Number);

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Model(ModelId));

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        var found = await Versions.GetAsync(caller, Key, CancellationToken.None);
        var policies = await Policies.ListAsync(caller, Name, CancellationToken.None);
        var checks = policies.Count == 0 ? [] : await Checks.ListAsync(caller, Key, CancellationToken.None);
        _choices = StageChoice.Of(found, policies, checks, caller.Name, Clock.GetUtcNow());
        _ways = [.. (await Rollbacks.ListAsync(caller, Name, CancellationToken.None)).Where(w => w.Replaced == Number)];
        _guardsProduction = policies.Any(p => p.Stage == Stage.Production);
        _run ??= await RunOrNullAsync(caller, found.Version.RunId);
        _found = found;
    }

    /// <summary>The run it came from, if this person may read it.</summary>
    private async Task<Run?> RunOrNullAsync(Caller caller, string? runId)
    {
        try
        {
            return runId is null ? null : (await Runs.GetAsync(caller, runId, CancellationToken.None)).Details.Run;
        }
        catch (HubException)
        {
            return null;
        }
    }
}
