using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MlHub.Serving.Batch;
using MlHub.Web.Shell;

namespace MlHub.Web.Serving;

/// <summary>Lets somebody bring a file from their computer: it says where the browser sends it, and learns what became of it.</summary>
public sealed partial class BatchUpload : IDisposable
{
    private ElementReference _root;
    private DotNetObjectReference<BatchUpload>? _self;
    private string _name = "";
    private long _bytes;
    private bool _isSending;
    private string? _refusal;

    [Inject]
    public required BatchUploads Uploads { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Parameter, EditorRequired]
    public required string Model { get; set; }

    [Parameter]
    public BroughtFile? File { get; set; }

    [Parameter]
    public EventCallback<BroughtFile?> FileChanged { get; set; }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (firstRender)
        {
            _self = DotNetObjectReference.Create(this);
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", $"./{Assets["js/batch-upload.js"]}");
            await module.InvokeVoidAsync("mount", _root, _self);
        }
    }

    /// <summary>Where the file goes; null where it is not taken.</summary>
    [JSInvokable]
    public async Task<string?> BeginAsync(string name, long bytes)
    {
        (_name, _bytes, _refusal, _isSending) = (name, bytes, bytes > 0 ? null : $"{name} is empty.", bytes > 0);
        try
        {
            Uploads.RequireSize(bytes);
        }
        catch (HubException refusal)
        {
            (_refusal, _isSending) = (refusal.Message, false);
        }

        await FileChanged.InvokeAsync(null);
        StateHasChanged();
        return _isSending ? HubUrls.BatchUpload(Model, name) : null;
    }

    /// <summary>Ends an upload: where the file is, or why it is not. Both are null where it was stopped.</summary>
    [JSInvokable]
    public async Task EndAsync(string? path, string? failure)
    {
        (_isSending, _refusal) = (false, failure is null ? null : $"{_name} could not be brought here: {failure}");
        if (path is not null)
        {
            await FileChanged.InvokeAsync(new(_name, _bytes, path));
        }

        StateHasChanged();
    }

    [JSInvokable]
    public void Refuse(string reason)
    {
        _refusal = reason;
        StateHasChanged();
    }

    public void Dispose() => _self?.Dispose();
}
