using Microsoft.AspNetCore.Components;
using MlHub.Adapters;
using MlHub.Artifacts;
using MlHub.Web.Operations;

namespace MlHub.Web.Artifacts;

public partial class StoragePage
{
    private StoreState? _state;
    private SweepReport? _swept;
    private string? _refusal;
    private ReadinessReport _ready = new(ReadinessReport.Ready, []);

    [Inject]
    public required StoreHealth Health { get; init; }

    [Inject]
    public required OrphanSweep Orphans { get; init; }

    [Inject]
    public required Readiness Readiness { get; init; }

    [Inject]
    public required DataDirectory Data { get; init; }

    private long Free => new DriveInfo(Data.Path).AvailableFreeSpace;

    protected override async Task OnInitializedAsync() => await FoundByAdminAsync(async caller =>
    {
        _state = await Health.GetAsync(caller, Cancel);
        _ready = await Readiness.AskAsync();
    });

    private async Task SweepAsync(bool isDryRun) =>
        _refusal = await TryAsync(async caller => _swept = await Orphans.RunAsync(caller, isDryRun, Cancel));
}
