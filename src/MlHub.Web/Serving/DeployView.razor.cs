using Microsoft.AspNetCore.Components;
using MlHub.Deployments;
using MlHub.Live;
using MlHub.Registry;

namespace MlHub.Web.Serving;

/// <summary>Where a model is deployed besides its endpoints here, for whoever manages it.</summary>
public partial class DeployView
{
    private List<FoundDeployment>? _found;
    private List<(string Name, TargetKind Kind)> _choices = [];
    private string? _refusal;
    private string _selector = $"{Stage.Production}";
    private string _target = "";
    private bool _isBusy;

    [Inject]
    public required ModelDeployments Deployments { get; init; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public RegistryPermission Permission { get; set; }

    private bool IsWaiting => _isBusy || !RendererInfo.IsInteractive;

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Deployments);

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        _found = await Deployments.ListAsync(caller, Name, CancellationToken.None);
        _choices = await Deployments.ChoicesAsync(caller, Name, CancellationToken.None);
        _target = _choices.Exists(c => c.Name == _target) ? _target : _choices.Select(c => c.Name).FirstOrDefault() ?? "";
    }

    private Task DeployAsync() => ActAsync((caller, deployments) => deployments.DeployAsync(caller, Name, _target, VersionSelector.Parse(_selector.Trim()), CancellationToken.None));

    private async Task ActAsync(Func<Caller, ModelDeployments, Task> act)
    {
        (_isBusy, _refusal) = (true, null);
        try
        {
            await act(await CallerAsync(), Deployments);
            await TryLoadAsync();
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }

        _isBusy = false;
    }

    private static bool CanRetry(Deployment it) => it.State == DeploymentState.Failed || (it.State is DeploymentState.Pending or DeploymentState.Removing && it.Attempts > 0 && it.Lease is null);

    private static string Tone(DeploymentState state) => state switch
    {
        DeploymentState.Deployed => "finished",
        DeploymentState.Failed => "failed",
        DeploymentState.Removed => "plain",
        _ => "running",
    };
}
