using Microsoft.AspNetCore.Components;
using MlHub.Artifacts;

namespace MlHub.Web.Artifacts;

public partial class StoragePage
{
    private StoreState? _state;
    private SweepReport? _swept;
    private string? _refusal;

    [Inject]
    public required StoreHealth Health { get; init; }

    [Inject]
    public required OrphanSweep Orphans { get; init; }

    protected override async Task OnInitializedAsync() => await FoundByAdminAsync(async caller => _state = await Health.GetAsync(caller, Cancel));

    private async Task SweepAsync(bool isDryRun) =>
        _refusal = await TryAsync(async caller => _swept = await Orphans.RunAsync(caller, isDryRun, Cancel));
}
