using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Operations;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Core.Tests.Tracking;

public sealed class CurveOutlinesTests
{
    private const int Long = 60_000;
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_series_that_grew_long_is_not_read_again_by_who_looks_at_it(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (kept, run) = (new Kept(), await GivenLongRunAsync(database, Long));
        await FollowAsync(database, kept);

        var (reads, found) = await LookAsync(database, kept, run);

        Assert.InRange(reads.Points, 1, Long / 8);
        Assert.Equal((await LookAsync(database, new Kept(), run)).Found, found);
    }

    [Fact]
    public async Task After_a_restart_only_what_was_logged_since_is_read()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (kept, run) = (new Kept(), await GivenLongRunAsync(database, Long));
        await LookAsync(database, kept, run);
        await LogAsync(database, run, Long, 100);

        var (reads, found) = await LookAsync(database, kept, run);

        Assert.InRange(reads.Points, 101, 110);
        Assert.Equal((await LookAsync(database, new Kept(), run)).Found, found);
    }

    [Fact]
    public async Task Points_that_were_logged_in_between_are_seen_after_a_restart_and_kept_from_then_on()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var (kept, run) = (new Kept(), await GivenLongRunAsync(database, Long));
        await LookAsync(database, kept, run);
        await database.Logs.AppendAsync(Caller.Local, run.RunId, new([new("m", 900, 5, 5)], [], []), None);

        var (_, found) = await LookAsync(database, kept, run);
        var (reads, _) = await LookAsync(database, kept, run);

        Assert.Contains(new(5, 5, 900), found);
        Assert.InRange(reads.Points, 1, 10);
    }

    [Fact]
    public async Task What_was_kept_of_another_database_is_not_taken_for_this_one()
    {
        var kept = new Kept();
        await using (var before = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite))
        {
            await LookAsync(before, kept, await GivenLongRunAsync(before, Long));
        }

        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var run = await GivenLongRunAsync(database, Long, first: 7, time: 1000);
        kept.Rename(run.RunId);

        var (_, found) = await LookAsync(database, kept, run);

        Assert.Equal(7, found[0].Step);
        Assert.Equal((await LookAsync(database, new Kept(), run)).Found, found);
    }

    [Fact]
    public async Task Only_runs_that_log_much_are_followed()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var logged = database.Services.GetRequiredService<LoggedPoints>();
        var (much, little) = (await GivenLongRunAsync(database, LoggedPoints.Many), await GivenLongRunAsync(database, 100));

        Assert.Equal([much.RunId], logged.TakeMany());
        Assert.Empty(logged.TakeMany());
        await LogAsync(database, little, 100, LoggedPoints.Many - 100);
        Assert.Equal([little.RunId], logged.TakeMany());
    }

    [Fact]
    public void Of_very_many_runs_those_are_remembered_that_logged_last()
    {
        var logged = new LoggedPoints();
        logged.Add("over", LoggedPoints.Many - 1);
        for (var i = 0; i < 20_000; i++)
        {
            logged.Add($"other-{i}", 1);
            if (i % 1000 == 0)
            {
                logged.Add("training", LoggedPoints.Many / 20);
            }
        }

        logged.Add("over", 1);

        Assert.Equal(["training"], logged.TakeMany());
    }

    private static async Task FollowAsync(TestDatabase database, Kept kept)
    {
        var logged = database.Services.GetRequiredService<LoggedPoints>();
        await new CurveOutlineWorker(database.Hub, logged, new(database.Logs, kept), TimeProvider.System, NullLogger<CurveOutlineWorker>.Instance).FollowAsync(None);
    }

    /// <summary>As a process that was just started.</summary>
    private static async Task<(CountedReads Reads, IReadOnlyList<MetricPoint> Found)> LookAsync(TestDatabase database, Kept kept, Run run)
    {
        var reads = new CountedReads(database.Logs);
        return (reads, await new CurveOutlines(reads, kept).OfAsync(run.RunId, await database.SeriesAsync(run, "m"), null, None));
    }

    private static async Task<Run> GivenLongRunAsync(TestDatabase database, int points, int first = 0, long time = 0)
    {
        var run = await database.GivenRunAsync();
        await LogAsync(database, run, first, points, time);
        return run;
    }

    private static async Task LogAsync(TestDatabase database, Run run, int first, int points, long time = 0)
    {
        foreach (var some in Enumerable.Range(first, points).Chunk(20_000))
        {
            await database.Logs.AppendAsync(Caller.Local, run.RunId, new([.. some.Select(i => new Metric("m", Math.Sin(i / 500.0), i + time, i))], [], []), None);
        }
    }

    private sealed class CountedReads(IRunLogStore store) : IRunLogStore
    {
        public long Points { get; private set; }

        public Task<LoggedTo> AppendAsync(Caller caller, string runId, RunLog log, CancellationToken cancel) => store.AppendAsync(caller, runId, log, cancel);

        public async Task<List<MetricPoint>> HistoryAsync(long seriesId, MetricPoint? after, long lastStep, int max, CancellationToken cancel)
        {
            var points = await store.HistoryAsync(seriesId, after, lastStep, max, cancel);
            Points += points.Count;
            return points;
        }
    }

    private sealed class Kept : IKeptBytes
    {
        private readonly Dictionary<string, byte[]> _byName = [];

        public byte[]? FindOrNull(string kind, string name) => _byName.GetValueOrDefault($"{kind}/{name}");

        public void Keep(string kind, string name, ReadOnlySpan<byte> content) => _byName[$"{kind}/{name}"] = content.ToArray();

        public void Forget(string kind, string name) => _byName.Remove($"{kind}/{name}");

        /// <summary>As if all were of this run. The text comes first, after its length.</summary>
        public void Rename(string runId)
        {
            foreach (var bytes in _byName.Values)
            {
                System.Text.Encoding.ASCII.GetBytes(runId, bytes.AsSpan(1));
            }
        }
    }
}
