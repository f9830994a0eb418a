using MlHub.Serving.Monitoring;

namespace MlHub.Core.Tests.Serving;

/// <summary>How long requests took, in buckets.</summary>
public sealed class LatencyHistogramTests
{
    private static readonly double[] Shares = [0.01, 0.5, 0.9, 0.95, 0.99, 1];

    [Fact]
    public void Nothing_has_no_percentile() => Assert.Null(new LatencyHistogram().Percentile(0.5));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void A_percentile_is_off_by_less_than_a_tenth(int seed)
    {
        // From 60 µs to 100 s, as many in each tenfold: every bucket is hit.
        var random = new Random(seed);
        var times = Enumerable.Range(0, 5000).Select(_ => 60e-6 * Math.Pow(10, 6.2 * random.NextDouble())).Order().ToList();
        var histogram = Of(times);

        foreach (var share in Shares)
        {
            var exact = times[(int)Math.Ceiling(share * times.Count) - 1];
            Assert.InRange(histogram.Percentile(share)!.Value / exact, 0.9, 1.1);
        }
    }

    [Fact]
    public void What_is_beyond_its_bounds_is_counted_at_them()
    {
        Assert.InRange(Of([0]).Percentile(1)!.Value, 50e-6, 60e-6);
        Assert.InRange(Of([5000]).Percentile(1)!.Value, 100, 130);
    }

    [Fact]
    public void Added_up_they_are_one_of_all()
    {
        var (some, others) = (new[] { 0.001, 0.002, 5 }, new[] { 0.0001, 0.02 });
        var sum = Of(some);
        sum.Add(Of(others));

        var all = Of([.. some, .. others]);
        Assert.Equal(5, sum.Count);
        Assert.All(Shares, s => Assert.Equal(all.Percentile(s), sum.Percentile(s)));
    }

    [Fact]
    public void It_is_read_as_it_was_written()
    {
        var histogram = Of([0, 50e-6, 0.003, 0.003, 119, 500, .. Enumerable.Repeat(0.25, 100_000)]);

        var read = LatencyHistogram.Read(histogram.ToBytes());

        Assert.Equal(histogram.Count, read.Count);
        Assert.All(Shares, s => Assert.Equal(histogram.Percentile(s), read.Percentile(s)));
        Assert.True(histogram.ToBytes().Length < 20, "Few buckets take few bytes.");
    }

    [Theory]
    [InlineData(new byte[0])]
    [InlineData(new byte[] { 9, 1, 1 })]
    [InlineData(new byte[] { 1, 200, 200, 200, 1, 1 })]
    [InlineData(new byte[] { 1, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255 })]
    public void What_is_none_is_empty(byte[] bytes) => Assert.Equal(0, LatencyHistogram.Read(bytes).Count);

    [Fact]
    public void Many_may_count_at_once()
    {
        var histogram = new LatencyHistogram();
        Parallel.For(0, 8, _ =>
        {
            for (var i = 0; i < 10_000; i++)
            {
                histogram.Add(TimeSpan.FromMilliseconds(3));
            }
        });

        Assert.Equal(80_000, histogram.Count);
    }

    private static LatencyHistogram Of(IEnumerable<double> seconds)
    {
        var histogram = new LatencyHistogram();
        foreach (var time in seconds)
        {
            histogram.Add(TimeSpan.FromTicks((long)(time * TimeSpan.TicksPerSecond)));
        }

        return histogram;
    }
}
