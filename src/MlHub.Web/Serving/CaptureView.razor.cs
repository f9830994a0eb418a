using Microsoft.AspNetCore.Components;
using MlHub.Access;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Serving;
using MlHub.Serving.Capture;
using MlHub.Serving.Drift;
using MlHub.Web.Ui;

namespace MlHub.Web.Serving;

/// <summary>Which requests to a model are kept, what is in them, and how far they are from its training data.</summary>
public partial class CaptureView
{
    private const int Shown = 20;

    private static readonly (int Hours, string Words)[] Windows = [(1, "1 h"), (24, "24 h"), (168, "7 d")];

    private CaptureReport? _report;
    private IReadOnlyList<CapturedCall> _calls = [];
    private List<ServedVersion> _versions = [];
    private DriftReport? _drift;
    private double _share;
    private int _days;
    private string _redacted = "";
    private int _version;
    private int _hours = 24;
    private bool _isBusy;
    private string? _refusal;
    private string? _saved;
    private string? _note;

    [Inject]
    public required CapturedRequests Captured { get; init; }

    [Inject]
    public required Drifts Drifts { get; init; }

    [Inject]
    public required ServedModels Served { get; init; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public RegistryPermission Permission { get; set; }

    private bool IsWaiting => _isBusy || !RendererInfo.IsInteractive;

    protected override async Task OnParametersSetAsync()
    {
        await TryLoadAsync();
        if (_report is { } report)
        {
            await FollowAsync(Topics.Captured(report.ModelId));
        }
    }

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        var isFirst = _report is null;
        _report = await Captured.GetAsync(caller, Name, CancellationToken.None);
        _calls = (await Captured.ListAsync(caller, Name, null, Shown, null, CancellationToken.None)).Items;
        if (isFirst)
        {
            (_share, _days, _redacted) = (_report.Settings.Share * 100, _report.Settings.Days, string.Join(", ", _report.Settings.RedactedColumns));
            _versions = [.. (await Served.GetAsync(caller, Name, CancellationToken.None)).Versions];
            _version = (_versions.Find(v => v.Stage == Stage.Production) ?? _versions.FirstOrDefault())?.Number ?? 0;
        }

        // Whatever is compared anew reads thousands of requests: only what is still to come is looked for.
        if (_version > 0 && (isFirst || _drift is { Features.Count: > 0, Predictions.Count: 0 } or { Requests: 0 }))
        {
            await CompareAsync(caller);
        }
    }

    private Task LookAsync() => LookAsync(_hours);

    private async Task LookAsync(int hours)
    {
        _hours = hours;
        await ActAsync(CompareAsync);
    }

    private async Task CompareAsync(Caller caller) => _drift = await Drifts.GetAsync(caller, new(Name, _version), _hours, CancellationToken.None);

    private Task SaveAsync() => ActAsync(async caller =>
    {
        var before = _report!;
        var names = _redacted.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        _report = await Captured.SetAsync(caller, Name, new(_share / 100, _days, names), CancellationToken.None);
        (_saved, _note) = ("Saved. It counts from now on.", CaptureWords.Note(before, _report));
    });

    private Task DeleteAsync() => ActAsync(async caller =>
    {
        var deleted = await Captured.DeleteAsync(caller, Name, CancellationToken.None);
        _saved = $"{Format.Count(deleted)} {(deleted == 1 ? "request was" : "requests were")} deleted.";
        await TryLoadAsync();
    });

    private async Task ActAsync(Func<Caller, Task> act)
    {
        (_isBusy, _refusal, _saved, _note) = (true, null, null, null);
        try
        {
            await act(await CallerAsync());
        }
        catch (HubException refusal)
        {
            _refusal = refusal.Message;
        }

        _isBusy = false;
    }
}
