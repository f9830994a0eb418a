namespace MlHub.Serving.Batch;

/// <summary>How far a batch job is.</summary>
public enum BatchState
{
    Waiting,
    Running,
    Done,
    Failed,
    Stopped,
}

/// <summary>The rows of a source, asked of one version.</summary>
public sealed class BatchJob
{
    public Guid Id { get; init; }
    public required long ModelId { get; init; }

    /// <summary>As it was asked for: a number, a stage, or an alias with an @ before it.</summary>
    public required string Selector { get; init; }

    /// <summary>The number of the version that answers all of it: settled when the job begins.</summary>
    public int? Version { get; set; }

    /// <summary>The digest of the version's files, as provenance tells it.</summary>
    public string? Digest { get; set; }

    /// <summary>Where the rows come from and in which form they are: a JSON object.</summary>
    public required string SourceJson { get; init; }
    public required BatchState State { get; set; }

    /// <summary>Why it failed or was stopped.</summary>
    public string? Reason { get; set; }
    public required Guid CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
    public DateTimeOffset? StartedAt { get; set; }
    public DateTimeOffset? FinishedAt { get; set; }

    /// <summary>The schedule that made it; null where a person or program did.</summary>
    public Guid? ScheduleId { get; init; }

    /// <summary>Rows answered, rows refused, and bytes read, of all parts that are kept.</summary>
    public long Rows { get; set; }
    public long RefusedRows { get; set; }
    public long BytesRead { get; set; }

    /// <summary>Null where nobody knows before the end.</summary>
    public long? BytesInAll { get; set; }

    /// <summary>Whoever works on it now: another value each time it is taken.</summary>
    public Guid? Lease { get; set; }
    public DateTimeOffset? LeasedUntil { get; set; }
}

/// <summary>A piece of a job's output; all of them in order are the output. Where a job is taken up again it goes on after the last one.</summary>
public sealed class BatchPart
{
    public Guid JobId { get; init; }
    public required int Number { get; init; }
    public required string Digest { get; init; }
    public required long Bytes { get; init; }
    public required int Rows { get; init; }

    /// <summary>Where the source goes on: a JSON object.</summary>
    public required string PositionJson { get; init; }
}

/// <summary>A job that begins again and again.</summary>
public sealed class BatchSchedule
{
    public Guid Id { get; init; }
    public required long ModelId { get; init; }
    public required string Name { get; init; }
    public required string Selector { get; init; }
    public required string SourceJson { get; init; }

    /// <summary>Seconds, minutes, hours, day of month, month, day of week, as Quartz reads it, in UTC.</summary>
    public required string Cron { get; init; }
    public required bool IsPaused { get; set; }
    public required Guid CreatedBy { get; init; }
    public required DateTimeOffset CreatedAt { get; init; }
}
