using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Serving.Traffic;
using MlHub.Web.Access;

namespace MlHub.Web.Serving;

/// <summary>Begins a split, a canary or a shadow.</summary>
public partial class TrafficForm
{
    private TrafficKind _kind;
    private int _version;
    private double _percent = 10;
    private double? _errors = 5, _time;
    private int? _least = 20;
    private string _reason = "";
    private string? _refusal;
    private bool _isBusy;

    [Inject]
    public required TrafficRules Rules { get; init; }

    [CascadingParameter]
    private Task<AuthenticationState> SignedIn { get; set; } = default!;

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public required TrafficEndpoint Endpoint { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<int> Versions { get; set; }

    [Parameter]
    public bool IsManager { get; set; }

    [Parameter]
    public EventCallback OnDone { get; set; }

    private IEnumerable<int> Choices => Versions.Where(v => v != Endpoint.Version);

    private IEnumerable<(TrafficKind Kind, string Name, string Meaning)> Kinds => new[]
    {
        (TrafficKind.Canary, "Canary", "answers a share until it fails or is slow; then it is taken back"),
        (TrafficKind.Split, "Split", "answers a share"),
        (TrafficKind.Shadow, "Shadow", "is asked copies; its answers are compared and nobody waits for them"),
    }.Where(k => k.Item1 == TrafficKind.Shadow ? IsManager : Endpoint.MayDirect);

    protected override void OnInitialized() => _kind = Kinds.First().Kind;

    protected override void OnParametersSet()
    {
        if (!Choices.Contains(_version))
        {
            _version = Choices.First();
        }
    }

    private string Id(string field) => $"traffic-{Endpoint.Selector.TrimStart('@')}-{field}";

    private async Task StartAsync()
    {
        (_isBusy, var isCanary) = (true, _kind == TrafficKind.Canary);
        try
        {
            await Rules.SetAsync((await SignedIn).User.AsCaller(), Name, new()
            {
                Endpoint = Endpoint.Selector,
                Kind = _kind,
                Version = _version,
                Percent = _percent,
                MostErrorPercent = isCanary ? _errors : null,
                MostMilliseconds = isCanary ? _time : null,
                LeastRequests = isCanary ? _least : null,
                OverrideReason = _reason.Trim() is { Length: > 0 } reason ? reason : null,
            }, CancellationToken.None);
            (_refusal, _reason) = (null, "");
            await OnDone.InvokeAsync();
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }

        _isBusy = false;
    }
}
