using System.Text.Json;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Events;
using MlHub.Live;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Core.Tests.Tracking;

public sealed class RunLogStoreTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_repeated_log_is_stored_once(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();
        var log = new RunLog(
            [new("loss", 0.5, 1000, 1), new("loss", 0.5, 1000, 1), new("loss", 0.4, 1000, 2), new("loss", double.NaN, 1000, 3), new("acc", -0.0, 1, 1), new("acc", 0.0, 1, 1)],
            [new("lr", "0.1"), new("empty", "")], [new("team", "vision")]);

        var first = await database.Logs.AppendAsync(Caller.Local, run.RunId, log, None);
        var second = await database.Logs.AppendAsync(Caller.Local, run.RunId, log, None);

        Assert.Equal(new LoggedTo(run.ExperimentId, run.Key), first);
        Assert.Equal(first, second);
        Assert.Equal([new(1, 1000, 0.5), new(2, 1000, 0.4), new(3, 1000, double.NaN)], await database.HistoryAsync(run, "loss"));
        Assert.Equal([new(1, 1, 0)], await database.HistoryAsync(run, "acc"));
        Assert.Equal(3, (await database.SeriesAsync(run, "loss")).Points);
        Assert.Equal(1, (await database.SeriesAsync(run, "acc")).Points);
        await using var db = database.Hub.Open();
        Assert.Equal([("empty", ""), ("lr", "0.1")], (await db.Params.OrderBy(p => p.Key).ToListAsync(None)).Select(p => (p.Key, p.Value)));
        Assert.Equal("vision", (await db.RunTags.SingleAsync(None)).Value);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task The_latest_point_has_the_largest_step_then_time_then_value(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();
        // Each line in turn outranks those above it.
        MetricPoint[] rising =
        [
            new(1, 9, 9), new(2, 1, 5), new(2, 2, double.NaN), new(2, 2, double.NegativeInfinity), new(2, 2, double.MinValue), new(2, 2, -1),
            new(2, 2, 0), new(2, 2, 0.5), new(2, 2, double.MaxValue), new(2, 2, double.PositiveInfinity), new(3, 0, double.NaN),
        ];

        for (var i = 0; i < rising.Length; i++)
        {
            await LogAsync(database, run, "up", rising[i]);
            Assert.Equal(rising[i], Latest(await database.SeriesAsync(run, "up")));
            await LogAsync(database, run, "down", rising[^(i + 1)]);
            Assert.Equal(rising[^1], Latest(await database.SeriesAsync(run, "down")));
        }

        await LogAsync(database, run, "at once", [.. rising.Reverse(), .. rising]);
        Assert.Equal(rising[^1], Latest(await database.SeriesAsync(run, "at once")));
        Assert.Equal(rising.Length, (await database.SeriesAsync(run, "at once")).Points);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task The_last_write_of_a_tag_wins_and_the_name_tag_renames_the_run(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();

        await database.Logs.AppendAsync(Caller.Local, run.RunId, new([], [], [new("a", "1"), new("b", "x"), new("a", "2")]), None);
        await database.Logs.AppendAsync(Caller.Local, run.RunId, new([], [], [new("a", "3"), new("mlflow.runName", "bold-heron-7")]), None);

        await using var db = database.Hub.Open();
        var tags = await db.RunTags.OrderBy(t => t.Key).Select(t => new { t.Key, t.Value }).ToListAsync(None);
        Assert.Equal([("a", "3"), ("b", "x"), ("mlflow.runName", "bold-heron-7")], tags.Select(t => (t.Key, t.Value)));
        Assert.Equal("bold-heron-7", (await db.Runs.SingleAsync(None)).Name);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Keys_differ_by_case_and_values_keep_every_character(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();

        await database.Logs.AppendAsync(
            Caller.Local, run.RunId, new([new("Loss", 1, 1, 1), new("loss", 2, 1, 1)], [new("K", "größe 猫 🚀 "), new("k", "größe 猫 🚀")], [new("T", "'\""), new("t", "\\")]), None);

        await using var db = database.Hub.Open();
        Assert.Equal(["größe 猫 🚀 ", "größe 猫 🚀"], await db.Params.OrderBy(p => p.Key).Select(p => p.Value).ToListAsync(None));
        Assert.Equal(["'\"", "\\"], await db.RunTags.OrderBy(t => t.Key).Select(t => t.Value).ToListAsync(None));
        Assert.Equal(1, (await database.SeriesAsync(run, "Loss")).Value);
        Assert.Equal(2, (await database.SeriesAsync(run, "loss")).Value);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Params_and_tags_leave_one_event_with_what_changed_and_metrics_none(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync((await database.GivenExperimentAsync()).Id);
        var ann = await database.GivenPersonAsync("ann", run.ExperimentId, Permission.Edit);
        var before = DateTimeOffset.FromUnixTimeMilliseconds(DateTimeOffset.UtcNow.ToUnixTimeMilliseconds());

        await database.Logs.AppendAsync(ann, run.RunId, RunLog.OfMetric(new("loss", 1, 1, 1)), None);
        await database.Logs.AppendAsync(ann, run.RunId, new([new("loss", 1, 2, 2)], [new("lr", "0.1")], [new("team", "vision"), new("stage", "x")]), None);
        await database.Logs.AppendAsync(ann, run.RunId, new([], [new("lr", "0.1")], [new("team", "vision")]), None);
        await database.Logs.AppendAsync(ann, run.RunId, new([], [new("lr", "0.1")], [new("team", "speech"), new("stage", "x")]), None);

        await using var db = database.Hub.Open();
        var events = await db.Events.OrderBy(e => e.Id).ToListAsync(None);
        Assert.Equal(2, events.Count);
        Assert.All(events, e => Assert.Equal(("ann", EventKinds.RunLogged, run.RunId, run.ExperimentId), (e.Actor, e.Kind, e.Subject, e.ExperimentId)));
        Assert.All(events, e => Assert.InRange(e.At, before, DateTimeOffset.UtcNow));
        Assert.Equal("""{"params":{"lr":"0.1"},"tags":{"stage":"x","team":"vision"}}""", events[0].After);
        Assert.Equal("speech", JsonDocument.Parse(events[1].After!).RootElement.GetProperty("tags").EnumerateObject().Single().Value.GetString());
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_committed_log_wakes_the_pages_of_its_run_and_the_readers_of_events(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();
        var feed = database.Services.GetRequiredService<LiveFeed>();
        var wake = database.Services.GetRequiredService<EventSignal>().Listen();
        var (runTold, experimentTold) = (new TaskCompletionSource(), new TaskCompletionSource());
        using var followsRun = feed.Subscribe(Topics.Run(run.RunId), () => Told(runTold));
        using var followsExperiment = feed.Subscribe(Topics.Experiment(run.ExperimentId), () => Told(experimentTold));

        await database.Logs.AppendAsync(Caller.Local, run.RunId, RunLog.OfMetric(new("loss", 1, 1, 1)), None);
        Assert.False(wake.IsCalled);
        await database.Logs.AppendAsync(Caller.Local, run.RunId, RunLog.OfTag("team", "vision"), None);

        Assert.True(wake.IsCalled);
        await Task.WhenAll(runTold.Task, experimentTold.Task).WaitAsync(TimeSpan.FromSeconds(60), None);
    }

    private static Task Told(TaskCompletionSource told)
    {
        told.TrySetResult();
        return Task.CompletedTask;
    }

    private static MetricPoint Latest(MetricSeries series) => new(series.Step, series.Timestamp, new MetricValue(series.Value, series.Kind).Logged);

    private static Task<LoggedTo> LogAsync(TestDatabase database, Run run, string key, params MetricPoint[] points) =>
        database.Logs.AppendAsync(Caller.Local, run.RunId, new([.. points.Select(p => new Metric(key, p.Value, p.Timestamp, p.Step))], [], []), None);
}
