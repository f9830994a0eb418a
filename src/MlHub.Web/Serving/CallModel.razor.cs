using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Scoring;
using MlHub.Serving;
using MlHub.Web.Access;

namespace MlHub.Web.Serving;

/// <summary>Lets a person ask the model what a program would ask, as themselves.</summary>
public partial class CallModel
{
    /// <summary>What a circuit carries in one message.</summary>
    private const int MostCharacters = 20_000;

    private string _selector = "";
    private string _request = "";
    private string _filled = "";
    private bool _hasExample;
    private bool _isBusy;
    private CallAnswer? _answer;

    [Inject]
    public required ServedModels Served { get; init; }

    [Inject]
    public required ModelCalls Calls { get; init; }

    [CascadingParameter]
    private Task<AuthenticationState> SignedIn { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public required ServingReport Report { get; set; }

    /// <summary>What can be asked, the likeliest first.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<string> Selectors { get; set; }

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
        if (_request == _filled)
        {
            var example = ServingSnippets.ExampleOf(Report, _selector, indented: true);
            (_hasExample, _request) = (Report.Asked(_selector)?.Example is not null, example.Length <= MostCharacters ? example : "");
            _filled = _request;
        }
    }

    private async Task SendAsync()
    {
        (_isBusy, _answer) = (true, null);
        var since = Stopwatch.GetTimestamp();
        int? version = null;
        try
        {
            var target = await Served.FindAsync((await SignedIn).User.AsCaller(), Name, _selector, CancellationToken.None);
            version = target.Version;
            since = Stopwatch.GetTimestamp();
            var answer = await Calls.AskAsync(target, RequestForm.InvocationJson, Encoding.UTF8.GetBytes(_request), CancellationToken.None);
            _answer = Told(answer.Status, Encoding.UTF8.GetString(answer.Body.Span));
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

        CallAnswer Told(int status, string text) => new(status, Stopwatch.GetElapsedTime(since).TotalMilliseconds, version, ServingSnippets.Legible(text, MostCharacters));
    }

    private sealed record CallAnswer(int Status, double Milliseconds, int? Version, string Text);
}
