using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Compare;
using MlHub.Registry;
using MlHub.Web.Access;
using MlHub.Web.Ui;

namespace MlHub.Web.Reviews;

/// <summary>The version beside another: by default the one in Production, else the one before it.</summary>
public partial class VersionCompare
{
    private List<VersionDetails> _others = [];
    private int _baseline;
    private VersionComparison? _comparison;
    private string? _refusal;

    [Inject]
    public required ModelVersions Versions { get; init; }

    [Inject]
    public required VersionComparisons Comparisons { get; init; }

    [CascadingParameter]
    private Task<AuthenticationState> SignedIn { get; set; } = default!;

    [CascadingParameter]
    public HttpContext? Http { get; set; }

    [Parameter, EditorRequired]
    public required VersionDetails Found { get; set; }

    [Parameter]
    public int? With { get; set; }

    private List<DifferenceRow> Files => [.. _comparison!.Files.Select(f => new DifferenceRow(f.Path, Size(f.Baseline), Size(f.Candidate), f.Kind))];

    private string MetricSum
    {
        get
        {
            var (better, worse) = (_comparison!.Metrics.Count(m => m.Trend == MetricTrend.Better), _comparison.Metrics.Count(m => m.Trend == MetricTrend.Worse));
            return _comparison.Metrics.Count == 0 ? "none" : better + worse == 0 ? "the same" : $"{better} better, {worse} worse";
        }
    }

    private string DataSum => _comparison!.Datasets.Count == 0 ? "not logged" : _comparison.Datasets.All(d => d.Kind == Difference.Same) ? "the same" : "changed";

    private string FileSum => _comparison!.Files.Count(f => f.Kind != Difference.Same) is > 0 and var changed ? $"{changed} of {_comparison.Files.Count} differ" : "the same";

    protected override async Task OnParametersSetAsync()
    {
        var (caller, cancel) = ((await SignedIn).User.AsCaller(), Http?.RequestAborted ?? CancellationToken.None);
        var own = Found.Version.Number;
        _others = [.. (await Versions.ListAsync(caller, Found.Model.Name, cancel)).Where(v => v.Version.Number != own)];
        if (_others.Count == 0)
        {
            return;
        }

        _baseline = With ?? Default(own);
        try
        {
            _comparison = await Comparisons.CompareAsync(caller, new(Found.Model.Name, own), new(Found.Model.Name, _baseline), cancel);
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }
    }

    private static List<DifferenceRow> Rows(IReadOnlyList<ValueDifference> values) => [.. values.Select(v => new DifferenceRow(v.Key, v.Baseline, v.Candidate, v.Kind))];

    private static string? Size(long? bytes) => bytes is { } size ? Format.Bytes(size) : null;

    private int Default(int own) =>
        (_others.FirstOrDefault(v => v.Version.Stage == Stage.Production) ?? _others.FirstOrDefault(v => v.Version.Number < own) ?? _others[^1]).Version.Number;
}
