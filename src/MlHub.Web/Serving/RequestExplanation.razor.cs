using System.Text.Json;
using Microsoft.AspNetCore.Components;
using Microsoft.JSInterop;
using MlHub.Explanations;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Web.Explanations;
using MlHub.Web.Ui;

namespace MlHub.Web.Serving;

/// <summary>What each column gave to the answer to a request, computed beside it; where it cannot be, why.</summary>
public partial class RequestExplanation
{
    private ReadOnlyMemory<byte> _asked;
    private string _key = "";
    private ExplanationState? _state;
    private Explanation? _explanation;
    private string? _why;
    private int _output;
    private bool _toDraw;
    private ElementReference _root;
    private IJSObjectReference? _view;

    [Inject]
    public required MlHub.Explanations.Explanations Explanations { get; init; }

    [Inject]
    public required IJSRuntime Js { get; init; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    /// <summary>Who answered.</summary>
    [Parameter, EditorRequired]
    public int Version { get; set; }

    /// <summary>The request's body.</summary>
    [Parameter, EditorRequired]
    public ReadOnlyMemory<byte> Request { get; set; }

    private VersionKey Key => new(Name, Version);

    protected override async Task OnParametersSetAsync()
    {
        if (_asked.Equals(Request))
        {
            return;
        }

        _asked = Request;
        await CancelAsync();
        (_key, _state, _explanation, _why, _output) = ("", null, null, null, 0);
        try
        {
            var begun = await Explanations.StartOfRequestAsync(await CallerAsync(), Key, Request, CancellationToken.None);
            (_key, _why) = (begun.Key, begun.Why.Length > 0 ? begun.Why : null);
        }
        catch (HubException refusal)
        {
            _why = refusal.Message;
        }

        if (_key.Length > 0)
        {
            await FollowAsync(Topics.Explanation(_key));
        }
    }

    protected override async Task LoadAsync()
    {
        if (_explanation is not null || _key.Length == 0)
        {
            return;
        }

        var seen = await Explanations.GetOfRequestAsync(await CallerAsync(), Key, _key, CancellationToken.None);
        (_state, _explanation) = (seen.State, seen.Explanation);
        _why = seen.State switch
        {
            { Status: ExplanationStatus.Failed } failed => failed.Why,
            { Status: ExplanationStatus.Cancelled } => "The computation was cancelled.",
            _ => null,
        };
        if (_explanation is { } explained)
        {
            // Of several outputs the one that answers.
            _output = Enumerable.Range(0, explained.Outputs.Count).MaxBy(o => (explained.Outputs[o].BaseValue ?? 0) + explained.Outputs[o].Values[0].Sum());
            _toDraw = true;
        }
    }

    protected override async Task OnAfterRenderAsync(bool firstRender)
    {
        if (!_toDraw || _explanation is null)
        {
            return;
        }

        _toDraw = false;
        try
        {
            await ForgetAsync();
            await using var module = await Js.InvokeAsync<IJSObjectReference>("import", $"./{Assets["js/explanation-charts.js"]}");
            _view = await module.InvokeAsync<IJSObjectReference>("mountRow", _root, JsonSerializer.Deserialize<JsonElement>(PlottedExplanation.Write(_explanation, _output)));
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone; there is nobody to draw for.
        }
    }

    protected override async ValueTask LeaveAsync()
    {
        await CancelAsync();
        try
        {
            await ForgetAsync();
        }
        catch (JSDisconnectedException)
        {
            // The browser is gone, and its chart with it.
        }
    }

    private async Task ForgetAsync()
    {
        if (_view is { } view)
        {
            _view = null;
            await view.InvokeVoidAsync("dispose");
            await view.DisposeAsync();
        }
    }

    private async Task CancelAsync()
    {
        if (_state is { CanCancel: true })
        {
            await Explanations.CancelOfRequestAsync(await CallerAsync(), Key, _key, CancellationToken.None);
        }
    }

    private string Summary(Explanation explanation)
    {
        var output = explanation.Outputs[_output];
        var to = (output.BaseValue ?? 0) + output.Values[0].Sum();
        return output.BaseValue is { } from ? $"From the base value {Format.Number(from)} to {Format.Number(to)}" : $"Adds up to {Format.Number(to)}";
    }
}
