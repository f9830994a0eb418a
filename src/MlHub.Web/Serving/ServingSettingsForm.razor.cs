using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Scoring.Workers;
using MlHub.Serving;
using MlHub.Web.Access;

namespace MlHub.Web.Serving;

/// <summary>How the processes of a model are run, for whoever manages it.</summary>
public partial class ServingSettingsForm
{
    private const long Megabyte = 1024 * 1024;

    private int? _replicas, _rows, _delay, _idle, _memory, _seconds;
    private string? _refusal, _done;
    private bool _isBusy;

    [Inject]
    public required ServingLimits Limits { get; init; }

    [Inject]
    public required ServingSettings Settings { get; init; }

    [Inject]
    public required Sandbox Sandbox { get; init; }

    [CascadingParameter]
    private Task<AuthenticationState> SignedIn { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    private ScorerSettings Hub => Settings.For(ModelLimits.None);

    private string Isolation => !Sandbox.IsTried ? "" : Sandbox.IsNobody ? "Here they run as the account nobody and without a network."
        : Sandbox.HasNoNetwork ? "Here they run without a network, as the hub's own account."
        : "This machine does not let MlHub keep them apart: they run as the hub's own account, with its network.";

    protected override async Task OnInitializedAsync()
    {
        try
        {
            (_replicas, _rows, _delay, _idle, _memory, _seconds) = await Limits.GetAsync((await SignedIn).User.AsCaller(), Name, CancellationToken.None);
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }
    }

    private async Task SaveAsync()
    {
        (_isBusy, _refusal, _done) = (true, null, null);
        try
        {
            await Limits.SetAsync((await SignedIn).User.AsCaller(), Name, new(_replicas, _rows, _delay, _idle, _memory, _seconds), CancellationToken.None);
            _done = "Saved.";
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }

        _isBusy = false;
    }
}
