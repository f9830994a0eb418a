using System.Globalization;
using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Access;
using MlHub.Reviews;
using MlHub.Serving.Traffic;
using MlHub.Web.Access;

namespace MlHub.Web.Serving;

/// <summary>The requests to one endpoint: who answers which part of them, and what rules do.</summary>
public partial class TrafficCard
{
    private bool _isBusy;
    private string? _refusal;

    /// <summary>A refused number is put back to what holds.</summary>
    private int _refused;

    [Inject]
    public required TrafficRules Rules { get; init; }

    [CascadingParameter]
    private Task<AuthenticationState> SignedIn { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public required TrafficEndpoint Endpoint { get; set; }

    /// <summary>Numbers of those that may be chosen.</summary>
    [Parameter, EditorRequired]
    public required IReadOnlyList<int> Versions { get; set; }

    [Parameter]
    public bool IsManager { get; set; }

    /// <summary>The way back, where there is one for the reader.</summary>
    [Parameter]
    public Rollback? Back { get; set; }

    [Parameter]
    public EventCallback OnChanged { get; set; }

    private IEnumerable<(int Version, double From, double Percent, int Colour)> Segments
    {
        get
        {
            var from = Endpoint.PresentPercent;
            yield return (Endpoint.Version, 0, from, 0);
            foreach (var (index, entry) in Endpoint.Rules.Where(r => r.Rule.Kind != TrafficKind.Shadow).Index())
            {
                yield return (entry.Rule.Version, from, entry.Rule.Percent, 1 + (index % 4));
                from += entry.Rule.Percent;
            }
        }
    }

    private static string Number(double value) => value.ToString("0.##", CultureInfo.InvariantCulture);

    private Task ChangeAsync(TrafficRule rule, double percent) => ActAsync(caller => Rules.SetAsync(caller, Name, new()
    {
        Endpoint = rule.Selector,
        Kind = rule.Kind,
        Version = rule.Version,
        Percent = percent,
        MostErrorPercent = rule.MostErrorPercent,
        MostMilliseconds = rule.MostMilliseconds,
        LeastRequests = rule.LeastRequests,
    }, CancellationToken.None));

    private async Task ActAsync(Func<Caller, Task> act)
    {
        (_isBusy, _refusal) = (true, null);
        try
        {
            await act((await SignedIn).User.AsCaller());
            await OnChanged.InvokeAsync();
        }
        catch (HubException refusal)
        {
            (_refusal, _refused) = (refusal.Message, _refused + 1);
        }

        _isBusy = false;
    }
}
