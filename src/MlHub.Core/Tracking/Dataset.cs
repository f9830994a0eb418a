namespace MlHub.Tracking;

/// <summary>Data that runs read, known within an experiment by name and digest.</summary>
public sealed class Dataset
{
    public long Id { get; init; }
    public required long ExperimentId { get; init; }
    public required string Name { get; init; }
    public required string Digest { get; init; }
    public required string SourceType { get; init; }
    public required string Source { get; init; }
    public string? Schema { get; init; }
    public string? Profile { get; init; }
}

/// <summary>That a run read a dataset, and as what (the tag <c>mlflow.data.context</c>).</summary>
public sealed class RunInput
{
    public long RunKey { get; init; }
    public required long DatasetId { get; init; }

    /// <summary>The input's tags as a JSON object.</summary>
    public required string Tags { get; set; }
}
