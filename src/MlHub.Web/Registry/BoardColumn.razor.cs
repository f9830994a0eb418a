using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Authorization;
using MlHub.Access;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Web.Access;
using MlHub.Web.Reviews;

namespace MlHub.Web.Registry;

/// <summary>One stage's versions as cards. A card is moved by its menu, or dropped on a column, which chooses from the same menu.</summary>
public partial class BoardColumn
{
    private Caller _viewer = Caller.Local;

    [Inject]
    public required TimeProvider Clock { get; init; }

    [Parameter, EditorRequired]
    public required StageBoard Board { get; set; }

    [Parameter, EditorRequired]
    public required StageColumn Column { get; set; }

    [Parameter, EditorRequired]
    public required IReadOnlyList<StagePolicy> Policies { get; set; }

    /// <summary>The way back to the version that was in the stage before, where there is one for the reader.</summary>
    [Parameter]
    public Rollback? Back { get; set; }

    [Parameter]
    public EventCallback<ChosenMove> OnChosen { get; set; }

    [CascadingParameter]
    private Task<AuthenticationState> SignedIn { get; set; } = default!;

    private string None => Column.Stage switch
    {
        Stage.None => "New versions come here",
        Stage.Staging => "Nothing is being tried out",
        Stage.Production => "Nothing is live",
        _ => "Nothing is retired",
    };

    protected override async Task OnParametersSetAsync() => _viewer = (await SignedIn).User.AsCaller();

    private bool IsOff(BoardCard card, StageChoice choice) => choice is { Forbidden: not null, CanOverride: false } || HasAsked(card, choice);

    private string? WhyNot(BoardCard card, StageChoice choice) =>
        HasAsked(card, choice) ? "You have asked for it already."
        : choice.Forbidden is { } reason ? choice.CanOverride ? $"{reason} You may override it." : reason
        : null;

    private bool HasAsked(BoardCard card, StageChoice choice) =>
        choice.IsRequest && card.Requests.Any(r => r.ToStage == choice.To && r.RequestedById == _viewer.Id);

    /// <summary>How far the metric is from the newest version's in Production.</summary>
    private MetricShift? Change(BoardCard card)
    {
        var live = Board.Of(Stage.Production).Cards.FirstOrDefault(c => c.Metric is not null);
        return card.Found.Version.Stage is not (Stage.Production or Stage.Archived) && live?.Metric is { } now && card.Metric is { } value
            ? MetricShift.OrNull(Board.Metric!, value, now)
            : null;
    }
}
