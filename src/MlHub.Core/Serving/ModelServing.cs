namespace MlHub.Serving;

/// <summary>What was settled for serving one model; without a row, and where a value is null, the hub's own settings hold.</summary>
public sealed class ModelServing
{
    public long ModelId { get; init; }

    /// <summary>When an administrator allowed this hub to run the Python code in the model's files; null where nobody did.</summary>
    public DateTimeOffset? PythonTrustedAt { get; set; }

    /// <summary>The account of who allowed it.</summary>
    public Guid? PythonTrustedBy { get; set; }

    /// <summary>Processes that share a version's requests.</summary>
    public int? Replicas { get; set; }

    /// <summary>Rows that are computed together at most; null and 1 are no batching.</summary>
    public int? BatchRows { get; set; }

    /// <summary>How long a request waits for others to be computed with, in milliseconds.</summary>
    public int? BatchDelayMilliseconds { get; set; }

    /// <summary>A version that nobody asks for so long gives its processes back; 0 is never.</summary>
    public int? IdleMinutes { get; set; }

    /// <summary>What a process of it may take.</summary>
    public int? MemoryMegabytes { get; set; }

    /// <summary>How long a request may take.</summary>
    public int? RequestSeconds { get; set; }

    /// <summary>The share of requests that are kept, from 0 to 1; 0 is none.</summary>
    public double CaptureShare { get; set; }

    /// <summary>How long they are kept.</summary>
    public int CaptureDays { get; set; } = 7;

    /// <summary>Names of columns whose values are not kept: a JSON list of texts.</summary>
    public string RedactedColumnsJson { get; set; } = "[]";
}
