namespace MlHub.Serving.Monitoring;

/// <summary>
/// How many requests took how long, in buckets that each are 2^(1/4) times as wide as the one before, from 50 µs to 120 s; what is
/// shorter or longer is in the first or the last. A percentile is told as the middle of its bucket on the logarithmic scale, so it is off by less
/// than 2^(1/8) − 1, some 9 %, within these bounds. Histograms of several minutes or nodes are added up without loss.
/// </summary>
/// <remarks>Any number of threads may add at the same time without waiting; who reads meanwhile may miss the newest.</remarks>
public sealed class LatencyHistogram
{
    private const double Shortest = 50e-6, Longest = 120;
    private const int StepsOfTwofold = 4;
    private const byte Form = 1;

    private static readonly int Buckets = BucketOf(Longest) + 1;

    private readonly long[] _counts = new long[Buckets];

    public long Count => _counts.Sum();

    public void Add(TimeSpan elapsed) => Interlocked.Increment(ref _counts[BucketOf(elapsed.TotalSeconds)]);

    /// <summary>Takes in what another one counted.</summary>
    public void Add(LatencyHistogram other)
    {
        for (var i = 0; i < Buckets; i++)
        {
            _counts[i] += Interlocked.Read(ref other._counts[i]);
        }
    }

    /// <summary>In seconds; null where nothing was counted.</summary>
    /// <param name="share">From 0 to 1; 0.5 is the median.</param>
    public double? Percentile(double share)
    {
        // By rank, as for a sorted list: of four, the third is the first that at least 75 % are not longer than.
        var wanted = Math.Max(1, (long)Math.Ceiling(share * Count));
        var passed = 0L;
        for (var i = 0; i < Buckets; i++)
        {
            passed += _counts[i];
            if (passed >= wanted)
            {
                return Shortest * Math.Pow(2, (i + 0.5) / StepsOfTwofold);
            }
        }

        return null;
    }

    /// <summary>The buckets that hold something: how far each is from the one before, and its count, as numbers of seven bits a byte.</summary>
    public byte[] ToBytes()
    {
        List<byte> bytes = [Form];
        var last = 0;
        for (var i = 0; i < Buckets; i++)
        {
            if (Interlocked.Read(ref _counts[i]) is > 0 and var count)
            {
                Write(bytes, i - last);
                Write(bytes, count);
                last = i;
            }
        }

        return [.. bytes];
    }

    /// <summary>What cannot be read is left out: it is a measure, and the others are as good as before.</summary>
    public static LatencyHistogram Read(ReadOnlySpan<byte> bytes)
    {
        LatencyHistogram read = new();
        if (bytes is not [Form, .. var left])
        {
            return read;
        }

        for (var at = 0L; ReadNumber(ref left) is { } gap && ReadNumber(ref left) is { } count && (at += gap) < Buckets;)
        {
            read._counts[at] += count;
        }

        return read;
    }

    private static int BucketOf(double seconds) =>
        seconds <= Shortest ? 0 : (int)(Math.Log2(Math.Min(seconds, Longest) / Shortest) * StepsOfTwofold);

    private static void Write(List<byte> bytes, long number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            bytes.Add((byte)(number | 0x80));
        }

        bytes.Add((byte)number);
    }

    private static long? ReadNumber(ref ReadOnlySpan<byte> left)
    {
        var number = 0L;
        for (var shift = 0; shift < 63 && left.Length > 0; shift += 7)
        {
            var part = left[0];
            left = left[1..];
            number |= (long)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return number;
            }
        }

        return null;
    }
}
