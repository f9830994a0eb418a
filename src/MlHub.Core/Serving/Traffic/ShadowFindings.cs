namespace MlHub.Serving.Traffic;

/// <summary>How the answers of a shadow compare with those that the callers got. Of the requests nothing is kept.</summary>
public sealed record ShadowFindings
{
    public const int DifferencesKept = 5;

    private const int Buckets = 44;
    private const double Least = 0.1;

    public static readonly ShadowFindings None = new();

    public long Same { get; init; }
    public long Close { get; init; }
    public long Different { get; init; }

    /// <summary>The shadow did not answer.</summary>
    public long Failed { get; init; }

    /// <summary>It was not asked, since it was busy or not loaded.</summary>
    public long Dropped { get; init; }

    /// <summary>The last reason why it did not answer.</summary>
    public string? Failure { get; init; }

    /// <summary>Largest first.</summary>
    public IReadOnlyList<AnswerDifference> Largest { get; init; } = [];

    /// <summary>How many requests took how long: a bucket ends at 0.1 ms, each further one at the square root of two times the end of the one before.</summary>
    public IReadOnlyList<long> PresentTimes { get; init; } = [];
    public IReadOnlyList<long> CandidateTimes { get; init; } = [];

    public long Compared => Same + Close + Different;

    internal static ShadowFindings Of(AnswerComparison comparison, TimeSpan present, TimeSpan candidate) => new()
    {
        Same = comparison.Agreement == Agreement.Same ? 1 : 0,
        Close = comparison.Agreement == Agreement.Close ? 1 : 0,
        Different = comparison.Agreement == Agreement.Different ? 1 : 0,
        Largest = comparison.Largest is { } largest ? [largest] : [],
        PresentTimes = One(present),
        CandidateTimes = One(candidate),
    };

    public ShadowFindings Plus(ShadowFindings other) => new()
    {
        Same = Same + other.Same,
        Close = Close + other.Close,
        Different = Different + other.Different,
        Failed = Failed + other.Failed,
        Dropped = Dropped + other.Dropped,
        Failure = other.Failure ?? Failure,
        Largest = [.. Largest.Concat(other.Largest).OrderByDescending(d => d.Size).DistinctBy(d => (d.Path, d.Present, d.Candidate)).Take(DifferencesKept)],
        PresentTimes = Sum(PresentTimes, other.PresentTimes),
        CandidateTimes = Sum(CandidateTimes, other.CandidateTimes),
    };

    /// <summary>The end of the bucket in which the share is reached, in milliseconds; 0 without requests.</summary>
    public static double At(IReadOnlyList<long> times, double share)
    {
        var (left, bucket) = (Math.Ceiling(share * times.Sum()), 0);
        for (; bucket < times.Count && (left -= times[bucket]) > 0; bucket++)
        {
        }

        return times.Count == 0 ? 0 : Least * Math.Pow(2, bucket / 2.0);
    }

    private static long[] One(TimeSpan elapsed)
    {
        var times = new long[Buckets];
        times[Math.Clamp((int)Math.Ceiling(2 * Math.Log2(Math.Max(elapsed.TotalMilliseconds, Least) / Least)), 0, Buckets - 1)] = 1;
        return times;
    }

    private static IReadOnlyList<long> Sum(IReadOnlyList<long> one, IReadOnlyList<long> other) =>
        one.Count == 0 ? other : other.Count == 0 ? one : [.. one.Zip(other, (a, b) => a + b)];
}
