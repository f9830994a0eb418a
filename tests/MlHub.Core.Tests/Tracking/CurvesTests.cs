using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Core.Tests.Tracking;

public sealed class CurvesTests
{
    private const int Long = 120_000;
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_long_curve_keeps_its_peaks_and_a_part_of_it_every_point(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await GivenLongRunAsync(database);
        var curves = CurvesOf(database);

        var whole = (await curves.OfRunAsync(Caller.Local, run.RunId, ["m"], 1000, None)).Single();
        var part = await PartAsync(curves, run, new(77_700, 77_799));
        var wide = await PartAsync(curves, run, new(10_000, 109_999));

        Assert.Equal((Long, 0, Long - 1), (whole.Total, whole.Points[0].Step, whole.Points[^1].Step));
        Assert.InRange(whole.Points.Count, 800, 1010);
        Assert.Contains(new(77_777, 77_777, 500), whole.Points);
        Assert.Contains(new(33_333, 33_333, -500), whole.Points);
        Assert.Contains(whole.Points, p => double.IsNaN(p.Value));
        Assert.Equal(whole.Points.OrderBy(p => p.Step), whole.Points);
        Assert.Equal(Enumerable.Range(77_700, 100).Select(i => PointAt(i)), part.Points);
        Assert.All(wide.Points, p => Assert.InRange(p.Step, 10_000, 109_999));
        Assert.Contains(new(77_777, 77_777, 500), wide.Points);
        Assert.InRange(wide.Points.Count, 500, 1010);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task What_is_logged_later_is_seen_wherever_it_belongs(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await GivenLongRunAsync(database);
        var curves = CurvesOf(database);
        await curves.OfRunAsync(Caller.Local, run.RunId, null, 1000, None);

        await database.Logs.AppendAsync(Caller.Local, run.RunId, new([new("m", 900, Long, Long)], [], []), None);
        var longer = (await curves.OfRunAsync(Caller.Local, run.RunId, null, 1000, None)).Single();
        await database.Logs.AppendAsync(Caller.Local, run.RunId, new([new("m", -900, 5, 5)], [], []), None);
        var between = (await curves.OfRunAsync(Caller.Local, run.RunId, null, 1000, None)).Single();

        Assert.Equal((Long + 1, new(Long, Long, 900)), (longer.Total, longer.Points[^1]));
        Assert.Contains(new(5, 5, -900), between.Points);
        Assert.Contains(new(Long, Long, 900), between.Points);
    }

    [Fact]
    public async Task A_run_that_got_the_number_of_a_deleted_series_has_its_own_curve()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var outlines = new CurveOutlines(database.Logs, new NothingKept());
        var run = await GivenLongRunAsync(database);
        var series = await database.SeriesAsync(run, "m");
        var other = await database.GivenRunAsync();
        await database.Logs.AppendAsync(Caller.Local, other.RunId, new([new("m", 1, 1, 1), new("m", 2, 2, 2)], [], []), None);

        await outlines.OfAsync(run.RunId, series, null, None);
        var points = await outlines.OfAsync(other.RunId, await database.SeriesAsync(other, "m"), null, None);

        Assert.Equal([new(1, 1, 1), new(2, 2, 2)], points);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task One_metric_of_several_runs_comes_in_their_order_without_what_may_not_be_read(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (open, closed) = (await database.GivenExperimentAsync(), await database.GivenExperimentAsync());
        var (first, second, secret) = (await database.GivenRunAsync(open.Id), await database.GivenRunAsync(open.Id), await database.GivenRunAsync(closed.Id));
        foreach (var run in new[] { first, second, secret })
        {
            await database.Logs.AppendAsync(Caller.Local, run.RunId, new([new("m", run.Key, 1, 1)], [], []), None);
        }

        var bob = await database.GivenPersonAsync("bob", open.Id, Permission.Read);
        var found = await CurvesOf(database).OfMetricAsync(bob, [second.RunId, "unknown", secret.RunId, first.RunId, second.RunId], "m", null, 100, None);

        Assert.Equal([(second.RunId, (double)second.Key), (first.RunId, first.Key)], found.Select(f => (f.RunId, f.Curve.Points.Single().Value)));
    }

    [Theory, InlineData(1), InlineData(2), InlineData(4096), InlineData(4097), InlineData(8193), InlineData(100_000)]
    public void An_outline_of_any_length_has_every_extreme_and_both_ends(int points)
    {
        var outline = new CurveOutline();
        List<MetricPoint> all = [.. Enumerable.Range(0, points).Select(PointAt)];
        all.ForEach(outline.Add);

        var kept = outline.Between(long.MinValue, long.MaxValue);

        Assert.Equal((all[0], all[^1], points), (kept[0], kept[^1], outline.Points));
        Assert.Equal(kept.Distinct().OrderBy(p => p.Step), kept);
        Assert.All(kept, p => Assert.Equal(all[(int)p.Step], p));
        Assert.Equal(Finite(all).Max(), Finite(kept).Max());
        Assert.Equal(Finite(all).Min(), Finite(kept).Min());
        Assert.Equal(points > 40_000, kept.Any(p => double.IsNaN(p.Value)));
        Assert.InRange(outline.Size, Math.Min(points, CurveOutline.MaxStretches / 2), CurveOutline.MaxStretches);

        static IEnumerable<double> Finite(IEnumerable<MetricPoint> some) => some.Select(p => p.Value).Where(double.IsFinite);
    }

    private static Curves CurvesOf(TestDatabase database) => new(database.Hub, database.Logs, new(database.Logs, new NothingKept()));

    private static async Task<Curve> PartAsync(Curves curves, Run run, StepRange range) =>
        (await curves.OfMetricAsync(Caller.Local, [run.RunId], "m", range, 1000, None)).Single().Curve;

    private static async Task<Run> GivenLongRunAsync(TestDatabase database)
    {
        var run = await database.GivenRunAsync();
        foreach (var points in Enumerable.Range(0, Long).Select(PointAt).Chunk(20_000))
        {
            await database.Logs.AppendAsync(Caller.Local, run.RunId, new([.. points.Select(p => new Metric("m", p.Value, p.Timestamp, p.Step))], [], []), None);
        }

        return run;
    }

    private static MetricPoint PointAt(int i) => new(i, i, i switch { 77_777 => 500, 33_333 => -500, 40_000 => double.NaN, _ => Math.Round(Math.Sin(i / 500.0), 9) });
}
