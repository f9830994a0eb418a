using MlHub.Scoring.Workers;

namespace MlHub.Serving;

/// <summary>How this hub serves models.</summary>
public sealed record ServingSettings
{
    /// <summary>Where Debian has Python, with the modules that it has packages of.</summary>
    public const string DebianPython = "/usr/bin/python3";

    /// <summary>The path of ONNX Runtime's library; null where there is none, and then no ONNX model can be served.</summary>
    public string? Library { get; init; }

    /// <summary>What to do about a missing library.</summary>
    public string LibraryAdvice { get; init; } = "";

    /// <summary>The path of the Python that computes models of Python flavours; null where there is none.</summary>
    public string? Python { get; init; }

    /// <summary>What this hub needs before it can serve anything; null where nothing is missing.</summary>
    public string? Missing => Library is null && Python is null ? LibraryAdvice : null;

    /// <summary>How a worker process is started.</summary>
    public required WorkerLaunch Launch { get; init; }

    /// <summary>Where the files of served versions are laid out for the workers.</summary>
    public required string Folder { get; init; }

    /// <summary>Processes of all models together.</summary>
    public int Workers { get; init; } = 8;

    /// <summary>Requests that one process computes at the same time.</summary>
    public int Threads { get; init; } = Math.Clamp(Environment.ProcessorCount, 1, 4);

    /// <summary>What a model may take beyond what its worker itself needs; 0 for no limit.</summary>
    public long MemoryBytes { get; init; } = 2L * 1024 * 1024 * 1024;

    /// <summary>A model that nobody asks for so long gives its process back; the next request starts it again.</summary>
    public TimeSpan IdleAfter { get; init; } = TimeSpan.FromMinutes(30);

    /// <summary>The largest request.</summary>
    public int BodyBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>The largest answer.</summary>
    public int AnswerBytes { get; init; } = 64 * 1024 * 1024;

    public ScorerSettings Scorer { get; init; } = new();

    /// <summary>What bounds the processes of a model for which something else was settled.</summary>
    public ScorerSettings For(ModelLimits limits) => Scorer with
    {
        Replicas = Math.Min(limits.Replicas ?? Scorer.Replicas, Workers),
        RequestTimeout = limits.RequestSeconds is { } seconds ? TimeSpan.FromSeconds(seconds) : Scorer.RequestTimeout,
        IdleAfter = limits.IdleMinutes is { } minutes ? TimeSpan.FromMinutes(minutes) : IdleAfter,
        MemoryBytes = limits.MemoryMegabytes is { } megabytes ? megabytes * 1024L * 1024 : MemoryBytes,
        BatchRows = limits.BatchRows ?? Scorer.BatchRows,
        BatchDelay = limits.BatchDelayMilliseconds is { } delay ? TimeSpan.FromMilliseconds(delay) : Scorer.BatchDelay,
    };
}
