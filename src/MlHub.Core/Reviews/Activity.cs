using MlHub.Events;

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
    string Id, ActivityType Type, string User, string? FromStage, string? ToStage, string? Comment, string? SystemComment, DateTimeOffset At)
{
    /// <summary>The kinds of events that the protocol knows as activities.</summary>
    public static readonly IReadOnlyList<string> Kinds =
    [
        EventKinds.VersionMoved, EventKinds.RequestOpened, EventKinds.RequestEndorsed, EventKinds.RequestApproved,
        EventKinds.RequestRejected, EventKinds.RequestCancelled, EventKinds.CommentCreated,
    ];

    /// <summary>The activity that an event of <see cref="Kinds"/> tells of.</summary>
    public static Activity Of(HubEvent @event)
    {
        var facts = new EventFacts(@event);
        var systemComment = facts.After("systemComment");
        return new(
            @event.Id.ToString(),
            @event.Kind switch
            {
                EventKinds.VersionMoved when systemComment is not null => ActivityType.SystemTransition,
                EventKinds.VersionMoved => ActivityType.AppliedTransition,
                EventKinds.RequestOpened => ActivityType.RequestedTransition,
                EventKinds.RequestRejected => ActivityType.RejectedRequest,
                EventKinds.RequestCancelled => ActivityType.CancelledRequest,
                EventKinds.CommentCreated => ActivityType.NewComment,
                _ => ActivityType.ApprovedRequest,
            },
            @event.Actor,
            facts.Before("stage") ?? facts.After("fromStage"),
            facts.After("stage") ?? facts.After("toStage"),
            facts.After("comment") ?? facts.After("text"),
            systemComment,
            @event.At);
    }
}
