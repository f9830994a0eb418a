using Microsoft.AspNetCore.Components;
using MlHub.Compare;
using MlHub.Events;
using MlHub.Live;
using MlHub.Registry;
using MlHub.Reviews;

namespace MlHub.Web.Reviews;

/// <summary>Where a version is decided upon: the open requests with rules and differences, and the checks, all of it live.</summary>
public partial class ReviewPanel
{
    private const int LookBack = 50;

    private readonly Dictionary<long, DecisionDraft> _drafts = [];
    private readonly Dictionary<int, VersionComparison> _comparisons = [];
    private VersionDetails? _found;
    private List<ShownRequest> _cards = [];
    private List<Check> _checks = [];
    private TimelineEntry? _last;
    private StageChoice? _chosen;
    private bool _rerunning;

    /// <summary>A request as the panel shows it; <paramref name="Outcome"/> says how it ended while this person was still writing.</summary>
    private sealed record ShownRequest(RequestDetails Details, VersionComparison? Comparison, int Existing, string? Outcome);

    [Inject]
    public required ModelVersions Versions { get; init; }

    [Inject]
    public required TransitionRequests Requests { get; init; }

    [Inject]
    public required Checks Checks { get; init; }

    [Inject]
    public required Comments Comments { get; init; }

    [Inject]
    public required Timelines Timelines { get; init; }

    [Inject]
    public required VersionComparisons Comparisons { get; init; }

    [Parameter, EditorRequired]
    public long ModelId { get; set; }

    [Parameter, EditorRequired]
    public required string Name { get; set; }

    [Parameter, EditorRequired]
    public int Number { get; set; }

    private VersionKey Key => new(Name, Number);

    protected override Task OnParametersSetAsync() => FollowAsync(Topics.Model(ModelId));

    protected override async Task LoadAsync()
    {
        var caller = await CallerAsync();
        var found = await Versions.GetAsync(caller, Key, CancellationToken.None);
        var open = await Requests.ListOpenAsync(caller, Key, CancellationToken.None);
        var checks = await Checks.ListAsync(caller, Key, CancellationToken.None);
        var decided = (await Timelines.ReadAsync(caller, Key, LookBack, null, CancellationToken.None)).Items
            .Where(e => e.Kind is EventKinds.RequestApproved or EventKinds.RequestRejected or EventKinds.RequestCancelled).ToList();
        var versions = open.Count == 0 ? [] : await Versions.ListAsync(caller, Name, CancellationToken.None);
        List<ShownRequest> cards = [];
        foreach (var request in open.OrderBy(r => r.Request.CreatedAt))
        {
            var there = versions.Where(v => v.Version.Stage == request.Request.ToStage && v.Version.Number != Number).ToList();
            cards.Add(new(request, there.Count == 0 ? null : await ComparisonOrNullAsync(caller, there.Max(v => v.Version.Number)), there.Count, null));
        }

        cards.AddRange(_cards.Where(c => open.All(o => o.Request.Id != c.Details.Request.Id) && DraftOf(c.Details).IsWorthKeeping).Select(c => c with { Outcome = OutcomeOf(c.Details, decided) }));
        (_found, _cards, _checks, _last) = (found, cards, checks, decided.FirstOrDefault());
    }

    private static IEnumerable<Stage> Offered(Stage now) => new[] { Stage.Staging, Stage.Production }.Where(s => s != now);

    private DecisionDraft DraftOf(RequestDetails details)
    {
        if (!_drafts.TryGetValue(details.Request.Id, out var draft))
        {
            _drafts[details.Request.Id] = draft = new();
        }

        return draft;
    }

    private static string OutcomeOf(RequestDetails details, List<TimelineEntry> decided) =>
        decided.FirstOrDefault(e => e.After.Text("id") == details.Request.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)) is { } end
            ? $"This request was already {end.Kind[(end.Kind.IndexOf('.') + 1)..]} by {end.Actor}."
            : "This request is no longer open.";

    /// <summary>Files never change, so one look at them is enough while the page is open.</summary>
    private async Task<VersionComparison?> ComparisonOrNullAsync(Caller caller, int baseline)
    {
        try
        {
            return _comparisons.TryGetValue(baseline, out var known)
                ? known
                : _comparisons[baseline] = await Comparisons.CompareAsync(caller, Key, new(Name, baseline), CancellationToken.None);
        }
        catch (HubException)
        {
            return null;
        }
    }

    private async Task DecideAsync(RequestDetails details, RequestAction action)
    {
        var (draft, request) = (DraftOf(details), details.Request);
        draft.IsBusy = true;
        try
        {
            var (caller, said) = (await CallerAsync(), draft.Comment.Trim());
            await (action switch
            {
                RequestAction.Approve => Requests.ApproveAsync(
                    caller, Key, request.ToStage, draft.ArchiveExisting, said, draft.Overrides ? draft.Reason.Trim() : null, CancellationToken.None),
                RequestAction.Reject => Requests.RejectAsync(caller, Key, request.ToStage, said, CancellationToken.None),
                _ => Requests.CancelAsync(caller, Key, request.ToStage, request.RequestedBy, said, CancellationToken.None),
            });
            _drafts.Remove(request.Id);
        }
        catch (HubException refusal)
        {
            (draft.Refusal, draft.IsBusy) = (refusal.Message, false);
        }

        await TryLoadAsync();
    }

    private async Task KeepAsync(RequestDetails details)
    {
        try
        {
            await Comments.CreateAsync(await CallerAsync(), Key, DraftOf(details).Comment.Trim(), null, CancellationToken.None);
            Discard(details);
        }
        catch (HubException refusal)
        {
            DraftOf(details).Refusal = refusal.Message;
        }
    }

    private void Discard(RequestDetails details)
    {
        _drafts.Remove(details.Request.Id);
        _cards.RemoveAll(c => c.Details.Request.Id == details.Request.Id);
    }

    private async Task RerunAsync()
    {
        _rerunning = true;
        try
        {
            _checks = await Checks.RerunAsync(await CallerAsync(), Key, CancellationToken.None);
        }
        catch (HubException refusal)
        {
            Refusal = refusal.Message;
        }
        finally
        {
            _rerunning = false;
        }
    }
}
