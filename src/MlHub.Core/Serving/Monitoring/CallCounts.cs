namespace MlHub.Serving.Monitoring;

/// <summary>What is counted of the requests to one version in some time.</summary>
public sealed class CallCounts
{
    private long _requests, _refused, _failed;

    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Answers of 4xx, which are the callers' doing.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    /// <summary>Answers of 5xx.</summary>
    public long Failed => Interlocked.Read(ref _failed);

    /// <summary>Of what the model answered, or would not within its time: who was turned away at once tells nothing of it.</summary>
    public LatencyHistogram Latencies { get; } = new();

    public static CallCounts Of(ServingMeasure row)
    {
        CallCounts counts = new() { _requests = row.Requests, _refused = row.Refused, _failed = row.Failed };
        counts.Latencies.Add(LatencyHistogram.Read(row.Latencies));
        return counts;
    }

    public void Add(int status, TimeSpan elapsed)
    {
        Interlocked.Increment(ref _requests);
        if (status >= 500)
        {
            Interlocked.Increment(ref _failed);
        }
        else if (status >= 400)
        {
            Interlocked.Increment(ref _refused);
        }

        if (status is not (429 or 501 or 503))
        {
            Latencies.Add(elapsed);
        }
    }

    public void Add(CallCounts other)
    {
        _requests += other.Requests;
        _refused += other.Refused;
        _failed += other.Failed;
        Latencies.Add(other.Latencies);
    }
}
