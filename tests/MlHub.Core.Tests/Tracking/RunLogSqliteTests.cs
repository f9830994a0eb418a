using Microsoft.Data.Sqlite;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Adapters.Databases.RunLogs;
using MlHub.Adapters.Databases.Sqlite;
using MlHub.Operations;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;

namespace MlHub.Core.Tests.Tracking;

public sealed class RunLogSqliteTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task A_call_that_the_database_refuses_fails_alone()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var run = await database.GivenRunAsync();
        await database.Hub.WriteAsync(
            db => db.Database.ExecuteSqlRawAsync("CREATE TRIGGER poison BEFORE INSERT ON metrics WHEN NEW.value = 666 BEGIN SELECT RAISE(ABORT, 'poison'); END", None), None);
        var (store, writer) = Waiting(database);

        var good = Enumerable.Range(0, 20).Select(i => store.AppendAsync(Caller.Local, run.RunId, RunLog.OfMetric(new("loss", i, i, i)), None)).ToList();
        var poison = store.AppendAsync(Caller.Local, run.RunId, new([new("a", 1, 1, 1), new("loss", 666, 1, 1)], [new("lr", "1")], [new("t", "1")]), None);
        good.AddRange(Enumerable.Range(20, 20).Select(i => store.AppendAsync(Caller.Local, run.RunId, RunLog.OfMetric(new("loss", i, i, i)), None)));
        await writer.StartAsync(None);

        await Task.WhenAll(good);
        await Assert.ThrowsAsync<SqliteException>(() => poison);
        await writer.StopAsync(None);
        Assert.Equal(40, (await database.HistoryAsync(run, "loss")).Count);
        Assert.Equal(40, (await database.SeriesAsync(run, "loss")).Points);
        await using var db = database.Hub.Open();
        Assert.False(await db.Params.AnyAsync(None) || await db.RunTags.AnyAsync(None) || await db.Events.AnyAsync(None));
        Assert.Equal(1, await db.MetricSeries.CountAsync(None));
    }

    [Fact]
    public async Task A_refused_call_does_not_disturb_those_committed_with_it()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var run = await database.GivenRunAsync();
        var (store, writer) = Waiting(database);

        var first = store.AppendAsync(Caller.Local, run.RunId, RunLog.OfParam("lr", "1"), None);
        var refused = store.AppendAsync(Caller.Local, run.RunId, new([new("loss", 1, 1, 1)], [new("lr", "2")], []), None);
        var last = store.AppendAsync(Caller.Local, run.RunId, RunLog.OfTag("team", "vision"), None);
        await writer.StartAsync(None);

        await Task.WhenAll(first, last);
        Assert.Equal(HubError.Invalid, (await Assert.ThrowsAsync<HubException>(() => refused)).Error);
        await writer.StopAsync(None);
        await using var db = database.Hub.Open();
        Assert.Equal((1, 1, 0), (await db.Params.CountAsync(None), await db.RunTags.CountAsync(None), await db.MetricSeries.CountAsync(None)));
    }

    [Fact]
    public async Task A_call_can_be_cancelled_until_the_writer_takes_it()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var run = await database.GivenRunAsync();
        var (store, writer) = Waiting(database);
        using var cancel = new CancellationTokenSource();

        var cancelled = store.AppendAsync(Caller.Local, run.RunId, RunLog.OfTag("a", "1"), cancel.Token);
        var kept = store.AppendAsync(Caller.Local, run.RunId, RunLog.OfTag("b", "1"), None);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cancelled);
        await writer.StartAsync(None);

        await kept;
        await writer.StopAsync(None);
        await using var db = database.Hub.Open();
        Assert.Equal("b", (await db.RunTags.SingleAsync(None)).Key);

        var taken = new SqliteLogCall(Caller.Local, run.RunId, RunLog.OfTag("c", "1"));
        Assert.True(taken.TryTake());
        taken.Cancel(cancel.Token);
        Assert.False(taken.Done.IsCompleted);
    }

    [Fact]
    public async Task Stopping_stores_what_was_accepted_and_refuses_what_comes_after()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var run = await database.GivenRunAsync();
        var (store, writer) = Waiting(database);

        var accepted = Enumerable.Range(0, 1000).Select(i => store.AppendAsync(Caller.Local, run.RunId, RunLog.OfMetric(new("loss", i, i, i)), None)).ToList();
        await writer.StartAsync(None);
        await writer.StopAsync(None);

        Assert.All(accepted, call => Assert.True(call.Wait(TimeSpan.FromSeconds(60), None)));
        Assert.Equal(1000, (await database.HistoryAsync(run, "loss")).Count);
        var refusal = await Assert.ThrowsAsync<HubException>(() => store.AppendAsync(Caller.Local, run.RunId, RunLog.OfTag("a", "1"), None));
        Assert.Equal(HubError.Unavailable, refusal.Error);
    }

    [Fact]
    public async Task The_write_ahead_log_is_copied_in_pauses_and_starts_anew()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var run = await database.GivenRunAsync();
        var log = database.Services.GetRequiredService<SqliteFile>().WriteAheadLog;
        for (var step = 0; new FileInfo(log).Length < SqliteCheckpoints.LargeWhenIdle + (1 << 20); step += 1000)
        {
            await database.Logs.AppendAsync(
                Caller.Local, run.RunId, new([.. Enumerable.Range(step, 1000).Select(i => new Metric("loss", i, i, i))], [], []), None);
        }

        // Only a complete copy lets the log start anew, and only then is the file cut.
        var patience = TimeProvider.System.GetTimestamp();
        while (new FileInfo(log).Length > SqliteCheckpoints.LargeWhenIdle)
        {
            Assert.InRange(TimeProvider.System.GetElapsedTime(patience), TimeSpan.Zero, TimeSpan.FromSeconds(30));
            await Task.Delay(SqliteWriter.Pause * 2, None);
            await database.Logs.AppendAsync(Caller.Local, run.RunId, RunLog.OfMetric(new("acc", 1, 1, 1)), None);
            await database.Logs.AppendAsync(Caller.Local, run.RunId, RunLog.OfTag("now", Guid.NewGuid().ToString()), None);
        }

        await database.StopAsync();
        Assert.True(!File.Exists(log) || new FileInfo(log).Length == 0);
    }

    [Fact]
    public void Failures_of_the_disk_are_told_without_a_path()
    {
        var full = Assert.IsType<HubException>(SqliteFailure.Explain(new SqliteException("database or disk is full /data/hub.db", 13)));
        var broken = Assert.IsType<HubException>(SqliteFailure.Explain(new SqliteException("disk I/O error /data/hub.db", 10, 1034)));

        Assert.Equal((HubError.StorageFull, HubError.Unavailable), (full.Error, broken.Error));
        Assert.DoesNotContain("/", full.Message + broken.Message, StringComparison.Ordinal);
    }

    /// <summary>A second writer that has not started, so that all calls until then become one group.</summary>
    private static (SqliteRunLogStore Store, SqliteWriter Writer) Waiting(TestDatabase database)
    {
        var services = database.Services;
        var writer = new SqliteWriter(
            services.GetRequiredService<SqliteFile>(), services.GetRequiredService<SqliteWriteLock>(), services.GetRequiredService<WriteStop>(), TimeProvider.System, NullLogger<SqliteWriter>.Instance);
        return (new SqliteRunLogStore(services.GetRequiredService<SqliteFile>(), writer, services.GetRequiredService<RunLogNews>()), writer);
    }
}
