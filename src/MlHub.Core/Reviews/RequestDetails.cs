using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>What a viewer may do with an open request.</summary>
public enum RequestAction
{
    Approve,
    Reject,
    Cancel,
}

/// <summary>An open request, what its viewer may do with it, and how the rules of the target stage stand.</summary>
public sealed record RequestDetails(
    TransitionRequest Request, VersionKey Key, long ModelId, Stage FromStage, IReadOnlyList<RequestAction> Actions, PolicyVerdict Verdict);
