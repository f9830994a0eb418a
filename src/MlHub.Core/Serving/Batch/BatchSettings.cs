namespace MlHub.Serving.Batch;

/// <summary>How this hub computes batch jobs.</summary>
public sealed record BatchSettings
{
    /// <summary>Jobs that this hub computes at the same time; 0 leaves them to other nodes.</summary>
    public int ParallelJobs { get; init; } = 1;

    /// <summary>Rows that may be refused before a job fails.</summary>
    public int RefusedRows { get; init; } = 1000;

    /// <summary>How long outputs are kept; 0 is for ever.</summary>
    public int OutputDays { get; init; } = 30;

    /// <summary>Bytes of a file that is brought on the page; 0 is no limit.</summary>
    public long UploadBytes { get; init; } = 1L << 30;
}

/// <summary>A job cannot go on; the message is the reason that people are told.</summary>
public sealed class BatchFailedException(string message) : Exception(message);
