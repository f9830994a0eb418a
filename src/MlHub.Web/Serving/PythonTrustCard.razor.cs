using Microsoft.AspNetCore.Components;
using MlHub.Live;
using MlHub.Serving.Python;

namespace MlHub.Web.Serving;

/// <summary>Whether the Python code in a model's files may be run; administrators decide.</summary>
public partial class PythonTrustCard
{
    private PythonTrustReport? _report;
    private string? _refusal;
    private bool _isAdmin;
    private bool _isAsked;
    private bool _isBusy;

    [Inject]
    public required PythonTrust Trust { get; init; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    private bool IsWaiting => _isBusy || !RendererInfo.IsInteractive;

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Scorers);

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        (_isAdmin, _report) = (caller.IsAdmin, await Trust.GetAsync(caller, Name, CancellationToken.None));
    }

    private async Task SetAsync(bool trusted)
    {
        (_isBusy, _refusal) = (true, null);
        try
        {
            await Trust.SetAsync(await CallerAsync(), Name, trusted, CancellationToken.None);
            _isAsked = false;
            await TryLoadAsync();
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }

        _isBusy = false;
    }
}
