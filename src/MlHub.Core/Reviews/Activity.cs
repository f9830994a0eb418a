namespace MlHub.Reviews;

/// <summary>What happened to a version, in the protocol's words.</summary>
public enum ActivityType
{
    AppliedTransition,
    RequestedTransition,
    CancelledRequest,
    ApprovedRequest,
    RejectedRequest,
    SystemTransition,
    NewComment,
}

/// <summary>One line of a version's history as the protocol has it; <paramref name="Id"/> is the event's.</summary>
public sealed record Activity(
    string Id, ActivityType Type, string User, string? FromStage, string? ToStage, string? Comment, string? SystemComment, DateTimeOffset At);
