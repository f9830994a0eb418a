using Microsoft.AspNetCore.Components;
using MlHub.Compare;
using MlHub.Reviews;

namespace MlHub.Web.Reviews;

/// <summary>An open request with all that a decision needs: who asks and why, the rules, the difference, and the buttons that one has.</summary>
public partial class RequestCard
{
    [Parameter, EditorRequired]
    public required RequestDetails Details { get; set; }

    [Parameter, EditorRequired]
    public required DecisionDraft Draft { get; set; }

    /// <summary>Beside the version that is now in the target stage, if there is one.</summary>
    [Parameter]
    public VersionComparison? Comparison { get; set; }

    /// <summary>How many other versions are in the target stage.</summary>
    [Parameter]
    public int Existing { get; set; }

    [Parameter]
    public bool CanOverride { get; set; }

    /// <summary>How the request ended while somebody was still writing; null while it is open.</summary>
    [Parameter]
    public string? Outcome { get; set; }

    [Parameter]
    public EventCallback<RequestAction> OnDecided { get; set; }

    /// <summary>What was written becomes a comment.</summary>
    [Parameter]
    public EventCallback OnKept { get; set; }

    [Parameter]
    public EventCallback OnDiscarded { get; set; }

    private TransitionRequest Request => Details.Request;

    /// <summary>What keeps this person's approval from being given; that approvals are missing does not.</summary>
    private List<RuleResult> Blocking => [.. Details.Verdict.Blocking];

    private bool Can(RequestAction action) => Details.Actions.Contains(action);
}
