namespace MlHub.Serving.Monitoring;

/// <summary>What one node measured of one version in one minute.</summary>
public sealed class ServingMeasure
{
    public long VersionId { get; init; }

    /// <summary>The minute's beginning.</summary>
    public required DateTimeOffset Minute { get; init; }

    /// <summary>The process that measured: another one after each start, so that nodes add up and never overwrite each other.</summary>
    public required Guid Node { get; init; }
    public required long Requests { get; set; }

    /// <summary>Answers of 4xx, which are the callers' doing.</summary>
    public required long Refused { get; set; }

    /// <summary>Answers of 5xx.</summary>
    public required long Failed { get; set; }

    /// <summary>How many requests took how long: the counts of a histogram's buckets.</summary>
    public required byte[] Latencies { get; set; }
}
