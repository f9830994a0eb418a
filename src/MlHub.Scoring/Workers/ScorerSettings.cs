namespace MlHub.Scoring.Workers;

/// <summary>What bounds the workers of one model.</summary>
public sealed record ScorerSettings
{
    /// <summary>How long one request may take; then its worker is ended.</summary>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long loading a model may take.</summary>
    public TimeSpan LoadTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Requests that wait or are computed at the same time; more are turned away.</summary>
    public int Queue { get; init; } = 100;

    /// <summary>Processes that share the requests.</summary>
    public int Replicas { get; init; } = 1;

    /// <summary>Nobody having asked for so long, the processes are ended; zero is never.</summary>
    public TimeSpan IdleAfter { get; init; }

    /// <summary>What a process may take beyond what the worker itself needs; 0 for no limit.</summary>
    public long MemoryBytes { get; init; }

    /// <summary>Rows of several requests that are computed together at most; 1 computes each request alone.</summary>
    public int BatchRows { get; init; } = 1;

    /// <summary>How long a request waits for others to be computed with.</summary>
    public TimeSpan BatchDelay { get; init; }

    /// <summary>How often a process may die while it loads the model before the model is given up.</summary>
    public int LoadAttempts { get; init; } = 3;

    /// <summary>A worker that ends sooner than this is held back before it is started again.</summary>
    public TimeSpan Settled { get; init; } = TimeSpan.FromSeconds(10);

    public TimeSpan FirstPause { get; init; } = TimeSpan.FromSeconds(0.5);

    public TimeSpan LongestPause { get; init; } = TimeSpan.FromSeconds(30);
}
