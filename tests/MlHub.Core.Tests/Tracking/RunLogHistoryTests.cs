using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Core.Tests.Tracking;

public sealed class RunLogHistoryTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    /// <summary>In the order of history; NaN stands just after zero.</summary>
    private static readonly MetricPoint[] Ordered =
    [
        new(-1, 5, 1), new(0, 1, 1), new(0, 2, -3), new(0, 2, 0), new(0, 2, double.NaN), new(0, 2, 4), new(0, 2, double.PositiveInfinity),
        new(1, 0, double.NegativeInfinity), new(1, 0, 0.1), new(1, 0, 0.2), new(1, 1, 0.1), new(2, 0, double.NaN), new(long.MaxValue, 0, 1),
    ];

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task History_comes_in_order_and_page_by_page_the_same(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();
        var shuffled = Ordered.OrderBy(p => HashCode.Combine(p.Step, p.Timestamp, p.Value)).Select(p => new Metric("m", p.Value, p.Timestamp, p.Step));
        await database.Logs.AppendAsync(Caller.Local, run.RunId, new([new("a", 1, 1, 1), .. shuffled, new("z", 1, 1, 1)], [], []), None);

        var series = (await database.SeriesAsync(run, "m")).Id;
        Assert.Equal(Ordered, await database.Logs.HistoryAsync(series, after: null, 100, None));
        foreach (var size in (int[])[1, 3, 5])
        {
            var paged = new List<MetricPoint>();
            while (await database.Logs.HistoryAsync(series, paged.Count == 0 ? null : paged[^1], size, None) is { Count: > 0 } page)
            {
                Assert.InRange(page.Count, 1, size);
                Assert.InRange(paged.Count + page.Count, 1, Ordered.Length);
                paged.AddRange(page);
            }

            Assert.Equal(Ordered, paged);
        }
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task An_unknown_series_has_no_history(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        Assert.Empty(await database.Logs.HistoryAsync(12345, after: null, 100, None));
    }
}
