namespace MlHub.Scoring.Workers;

public enum ScorerStatus
{
    /// <summary>No process; the next request starts one.</summary>
    Stopped,

    /// <summary>The model is being loaded.</summary>
    Pending,

    /// <summary>It answers.</summary>
    Ready,

    /// <summary>Its process could not be started, or keeps ending; it is tried again.</summary>
    Failing,

    /// <summary>The runtime refuses the model, or it ends every process that loads it; it is not tried again.</summary>
    Failed,
}

/// <summary>How one process of a model fares.</summary>
/// <param name="Status">What it does now.</param>
/// <param name="Reason">Why it is failing, or why it was started again last.</param>
/// <param name="RetryAt">When a failing one is tried again.</param>
/// <param name="ProcessId">Null while there is none.</param>
/// <param name="MemoryBytes">What the process holds in memory.</param>
/// <param name="Restarts">How often it ended unasked after it had answered.</param>
public sealed record ReplicaState(ScorerStatus Status, string? Reason, DateTimeOffset? RetryAt, int? ProcessId, long MemoryBytes, int Restarts);

/// <summary>How the processes of a model fare together.</summary>
public sealed record ScorerState(ScorerStatus Status, string? Reason, DateTimeOffset? RetryAt, int InFlight, ModelDescription? Model, string? ExampleRefusal, IReadOnlyList<ReplicaState> Replicas)
{
    public static readonly ScorerState Stopped = new(ScorerStatus.Stopped, null, null, 0, null, null, []);
}
