using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using Microsoft.JSInterop;
using MlHub.Registry;
using MlHub.Web.Access;
using MlHub.Web.Shell;

namespace MlHub.Web.Registry;

/// <summary>Begins a version, lets the browser send its files, and ends it: ready, or failed where something went wrong.</summary>
public partial class NewVersionDialog : IAsyncDisposable
{
    private ElementReference _root;
    private IJSObjectReference? _upload;
    private string _description = "";
    private string? _refusal;
    private bool _busy;

    [Inject]
    public required ModelVersions Versions { get; init; }

    [Inject]
    public required VersionUploads Uploads { get; init; }

    [Inject]
    public required NavigationManager Navigation { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    [CascadingParameter]
    public required Task<AuthenticationState> SignedIn { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", $"./{Assets["js/upload.js"]}");
            _upload = await module.InvokeAsync<IJSObjectReference>("mount", _root);
        }
    }

    private async Task UploadAsync()
    {
        (_busy, _refusal) = (true, null);
        VersionKey? begun = null;
        var caller = (await SignedIn).User.AsCaller();
        try
        {
            if (await _upload!.InvokeAsync<int>("count") == 0)
            {
                _refusal = "Choose a folder first.";
                return;
            }

            var key = (await Versions.BeginUploadAsync(caller, Name, _description.Trim(), [], CancellationToken.None)).Key;
            begun = key;
            // However long it takes: the browser shows how far it is.
            var failure = await _upload!.InvokeAsync<string?>("send", Timeout.InfiniteTimeSpan, HubUrls.VersionUpload(key.Model, key.Number, ""));
            if (failure is not null)
            {
                throw HubException.Invalid(failure);
            }

            await Uploads.FinalizeAsync(caller, key, VersionStatus.Ready, CancellationToken.None);
            Navigation.NavigateTo(HubUrls.Version(key.Model, key.Number));
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
            if (begun is { } key)
            {
                await Uploads.FinalizeAsync(caller, key, VersionStatus.FailedRegistration, CancellationToken.None);
            }
        }
        finally
        {
            _busy = false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        try
        {
            if (_upload is { } upload)
            {
                await upload.DisposeAsync();
            }
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone.
        }
    }
}
