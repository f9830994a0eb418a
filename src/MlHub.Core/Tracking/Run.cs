namespace MlHub.Tracking;

/// <summary>MLflow's run states, with the numbers its protocol gives them.</summary>
public enum RunStatus : short
{
    Running = 1,
    Scheduled = 2,
    Finished = 3,
    Failed = 4,
    Killed = 5,
}

/// <summary>One execution of training code.</summary>
public sealed class Run
{
    /// <summary>The row's own number; all that is logged points at it, since it is shorter than the public id.</summary>
    public long Key { get; init; }

    /// <summary>The public id, 32 hexadecimal digits as MLflow makes them.</summary>
    public required string RunId { get; init; }
    public required long ExperimentId { get; set; }
    public required string Name { get; set; }

    /// <summary>The name the client sent as <c>user_id</c>; <see cref="CreatedBy"/> is who really called.</summary>
    public required string UserId { get; init; }
    public required string CreatedBy { get; init; }
    public RunStatus Status { get; set; } = RunStatus.Running;

    /// <summary>Milliseconds since 1970, as the client sent them.</summary>
    public long StartTime { get; init; }
    public long? EndTime { get; set; }
    public bool IsDeleted { get; set; }
    public DateTimeOffset? DeletedAt { get; set; }

    /// <summary>The name of whoever deleted it.</summary>
    public string? DeletedBy { get; set; }

    public void RequireActive()
    {
        if (IsDeleted)
        {
            throw HubException.Invalid($"The run {RunId} must be in the 'active' state. Current state is deleted.");
        }
    }
}

/// <summary>A key and a value on a run; the last write wins.</summary>
public sealed class RunTag
{
    public long RunKey { get; init; }

    /// <summary>Set where the run is new, so that both are stored at once; else the key is enough.</summary>
    public Run? Run { get; init; }
    public required string Key { get; init; }
    public required string Value { get; set; }
}

/// <summary>An input of the training code, fixed once logged.</summary>
public sealed class Param
{
    public long RunKey { get; init; }
    public required string Key { get; init; }
    public required string Value { get; init; }
}
