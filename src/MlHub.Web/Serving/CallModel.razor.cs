using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Scoring;
using MlHub.Serving;
using MlHub.Serving.Traffic;
using MlHub.Web.Access;

namespace MlHub.Web.Serving;

/// <summary>Lets a person ask the model what a program would ask, as themselves: a request counts, is kept, shared and copied like any other.</summary>
public partial class CallModel
{
    /// <summary>What a circuit carries in one message.</summary>
    private const int MostCharacters = 20_000;

    private string _selector = "";
    private string _key = "";
    private string _request = "";
    private string _filled = "";
    private bool _hasExample;
    private bool _isBusy;
    private CallAnswer? _answer;

    /// <summary>Of the version that is asked; null where there is only JSON to write.</summary>
    private CallForm? _form;
    private int? _filledOf;
    private bool _isForm, _wantsJson;
    private CallRefusal? _refused;

    [Inject]
    public required RoutedCalls Calls { get; init; }

    [CascadingParameter]
    private Task<AuthenticationState> SignedIn { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public required ServingReport Report { get; set; }

    /// <summary>What can be asked, the likeliest first.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Selectors { get; set; }

    private bool IsShared => Report.Endpoints.Any(e => e.Selector == _selector && e.IsShared);

    private string Example => ServingSnippets.ExampleOf(Report, _selector, indented: true);

    protected override void OnParametersSet()
    {
        if (!Selectors.Contains(_selector))
        {
            _selector = Selectors[0];
        }

        Fill();
    }

    /// <summary>What somebody wrote stays; what was filled in follows the name that is asked.</summary>
    private void Fill()
    {
        var asked = Report.Asked(_selector);
        if (_filledOf == (asked?.Number ?? 0))
        {
            return;
        }

        var isUntouched = _request == _filled;
        (_filledOf, _refused) = (asked?.Number ?? 0, null);
        (_form, _hasExample) = (CallForm.OrNull(asked?.Signature ?? []), asked?.Example is not null);
        var isShown = _form is not null && (isUntouched ? !_hasExample || _form.TryRead(Example, onlyFirst: true) : _form.TryRead(_request));
        _isForm = isShown && !_wantsJson;
        if (isUntouched)
        {
            _filled = isShown && _hasExample ? _form!.Write() : Example;
            _filled = _request = _filled.Length <= MostCharacters ? _filled : "";
        }
    }

    private void FormChanged() => (_request, _refused) = (_form!.Write(), null);

    /// <summary>What the form can show of it is in the form at once.</summary>
    private void Written()
    {
        _refused = null;
        if (_form?.TryRead(_request) == false)
        {
            _isForm = false;
        }
    }

    private void ShowForm() => (_isForm, _wantsJson) = (_form!.TryRead(_request), false);

    private void ShowJson() => (_isForm, _wantsJson) = (false, true);

    private async Task SendAsync()
    {
        (_isBusy, _answer, _refused) = (true, null, null);
        if (_isForm)
        {
            _request = _form!.Write();
        }

        var body = Encoding.UTF8.GetBytes(_request);
        var since = Stopwatch.GetTimestamp();
        int? version = null;
        try
        {
            var route = await Calls.FindAsync((await SignedIn).User.AsCaller(), Name, _selector, IsShared && _key.Length > 0 ? _key : null, CancellationToken.None);
            version = route.Target.Version;
            since = Stopwatch.GetTimestamp();
            var answered = await Calls.AskAsync(route, RequestForm.InvocationJson, body, CancellationToken.None);
            version = answered.Version;
            _answer = Told(answered.Answer.Status, Encoding.UTF8.GetString(answered.Answer.Body.Span));
            Calls.Copy(route, RequestForm.InvocationJson, body, answered);
        }
        catch (ScoringException e)
        {
            _answer = Told(e.Status, e.Message);
        }
        catch (HubException e)
        {
            _answer = Told(e.Error == HubError.NotFound ? 404 : 400, e.Message);
        }

        _isBusy = false;

        CallAnswer Told(int status, string text)
        {
            if (status == 400 && _form is not null)
            {
                _refused = new(MessageOf(text), _form.Columns.Concat(_form.Parameters).Select(f => f.Name));
            }

            return new(status, Stopwatch.GetElapsedTime(since).TotalMilliseconds, version, ServingSnippets.Legible(text, MostCharacters), body);
        }
    }

    /// <summary>Of MLflow's form of a refusal.</summary>
    private static string MessageOf(string text)
    {
        try
        {
            return JsonNode.Parse(text)?["message"]?.ToString() ?? text;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return text;
        }
    }

    private sealed record CallAnswer(int Status, double Milliseconds, int? Version, string Text, ReadOnlyMemory<byte> Request);
}
