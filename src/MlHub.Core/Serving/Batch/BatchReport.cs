namespace MlHub.Serving.Batch;

/// <summary>A job as people see it.</summary>
/// <param name="Job">Itself.</param>
/// <param name="Model">The registered model's name.</param>
/// <param name="Source">What it reads, without what is secret in an address.</param>
/// <param name="Creator">By name; null where the account is gone or nobody signs in.</param>
/// <param name="Parts">Pieces of the output that are kept.</param>
/// <param name="OutputBytes">All of them together.</param>
/// <param name="CanChange">Whether the reader may stop and delete it.</param>
/// <param name="CanRead">Whether the reader may have the output.</param>
public sealed record BatchReport(BatchJob Job, string Model, BatchSource Source, string? Creator, int Parts, long OutputBytes, bool CanChange, bool CanRead)
{
    public bool IsOpen => Job.State is BatchState.Waiting or BatchState.Running;

    /// <summary>Rows a second since it began; null where nothing can be said.</summary>
    public double? RowsPerSecond(DateTimeOffset now) =>
        Job.StartedAt is { } started && ((Job.FinishedAt ?? now) - started).TotalSeconds is > 0 and var seconds && Done > 0 ? Done / seconds : null;

    /// <summary>From 0 to 1; null where nobody knows.</summary>
    public double? Share => Job.State == BatchState.Done ? 1 : Job.BytesInAll is > 0 and var all ? Math.Min(1, (double)Job.BytesRead / all) : null;

    /// <summary>Until it is done, if it goes on as it did.</summary>
    public TimeSpan? Left(DateTimeOffset now) =>
        Job.State == BatchState.Running && Job.StartedAt is { } started && Share is > 0 and var share ? (now - started) * ((1 - share) / share) : null;

    private long Done => Job.Rows + Job.RefusedRows;
}
