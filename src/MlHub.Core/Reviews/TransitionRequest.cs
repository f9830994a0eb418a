using MlHub.Registry;

namespace MlHub.Reviews;

/// <summary>How a transition request stands. The numbers are stored.</summary>
public enum RequestState : short
{
    Open = 0,
    Approved = 1,
    Rejected = 2,
    Cancelled = 3,
}

/// <summary>Somebody asks for a version to move to a stage; others approve or reject it.</summary>
public sealed class TransitionRequest
{
    public long Id { get; init; }
    public required long VersionId { get; init; }
    public required Stage ToStage { get; init; }
    public required Guid RequestedById { get; init; }
    public required string RequestedBy { get; init; }
    public required string Comment { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>The version's <see cref="ModelVersion.Digest"/> when it was asked for: what is approved is just this.</summary>
    public string? VersionDigest { get; init; }
    public RequestState State { get; private set; }
    public string? DecidedBy { get; private set; }
    public DateTimeOffset? DecidedAt { get; private set; }

    /// <summary>What was said with the decision, and why a policy was overridden.</summary>
    public string? Decision { get; private set; }
    public List<Approval> Approvals { get; init; } = [];

    /// <summary>Decided once, then never again.</summary>
    /// <exception cref="HubException">Conflict where it was decided before, saying how and by whom.</exception>
    public void Close(RequestState state, string by, string? comment, DateTimeOffset now)
    {
        if (State != RequestState.Open)
        {
            throw HubException.Conflict($"This request was already {State.ToString().ToLowerInvariant()} by {DecidedBy}.");
        }

        (State, DecidedBy, Decision, DecidedAt, UpdatedAt) = (state, by, comment, now, now);
    }
}

/// <summary>One person's yes to a transition request; a policy may ask for several.</summary>
public sealed class Approval
{
    public long RequestId { get; init; }
    public required Guid UserId { get; init; }
    public required string UserName { get; init; }
    public required string Comment { get; init; }
    public required DateTimeOffset At { get; init; }
}
