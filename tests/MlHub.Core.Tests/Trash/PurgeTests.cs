using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Artifacts;
using MlHub.Core.Tests.Access;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Testing;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Tracking.Metrics;
using MlHub.Trash;

namespace MlHub.Core.Tests.Trash;

/// <summary>What is deleted for ever leaves no row behind, in small steps that anybody can take.</summary>
public sealed class PurgeTests
{
    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_run_goes_at_once_with_all_its_rows_and_its_points_follow(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (gone, kept) = (await GivenFullRunAsync(database), await GivenFullRunAsync(database));
        await DeleteAsync(database, gone);

        await Purges(database).RunsAsync(GivenPeople.Admin, [gone.RunId], default);

        await using var db = database.Hub.Open();
        Assert.Equal([kept.Key], await db.Runs.Select(r => r.Key).ToListAsync());
        Assert.Equal(
            (1, 2, 1, 1),
            (await db.Params.CountAsync(), await db.RunTags.CountAsync(), await db.MetricSeries.CountAsync(), await db.ArtifactFiles.CountAsync()));
        Assert.Equal(4, await PointsAsync(db));
        Assert.Equal([EventKinds.RunPurged], await db.Events.Where(e => e.Subject == gone.RunId && e.Kind == EventKinds.RunPurged).Select(e => e.Kind).ToListAsync());

        var steps = Worker(database);
        while (await steps.NextAsync(default))
        {
        }

        Assert.Equal((2L, 0), (await PointsAsync(db), await db.PurgedSeries.CountAsync()));
        Assert.Equal(2, (await database.HistoryAsync(kept, "loss")).Count);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_long_series_is_removed_in_bounded_steps_that_another_process_can_go_on_with(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();
        const int points = (2 * PurgeWorker.PointsPerStep) + 100;
        foreach (var some in Enumerable.Range(0, points).Select(i => new Metric("loss", i, 1, i / 1000)).Chunk(10_000))
        {
            await database.Logs.AppendAsync(GivenPeople.Admin, run.RunId, new(some, [], []), default);
        }

        await DeleteAsync(database, run);
        await Purges(database).RunsAsync(GivenPeople.Admin, [run.RunId], default);
        await using var db = database.Hub.Open();

        List<long> left = [];
        for (var isMore = true; isMore;)
        {
            isMore = await Worker(database).NextAsync(default);
            left.Add(await PointsAsync(db));
        }

        Assert.Equal([PurgeWorker.PointsPerStep + 100, 100, 0], left.Distinct());
        Assert.Equal(0, await db.PurgedSeries.CountAsync());
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task An_experiment_goes_with_its_runs_however_many(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var experiments = new Experiments(database.Hub, TimeProvider.System);
        var experiment = await experiments.CreateAsync(GivenPeople.Admin, "doomed", null, [new("k", "v")], default);
        await database.Hub.WriteAsync(
            db =>
            {
                db.AddRange(Enumerable.Range(0, PurgeWorker.RunsPerStep + 5).Select(i => new Run
                {
                    RunId = Guid.NewGuid().ToString("N"),
                    ExperimentId = experiment.Id,
                    Name = $"r{i}",
                    UserId = "",
                    CreatedBy = "ann",
                }));
                return Task.CompletedTask;
            },
            default);
        await experiments.DeleteAsync(GivenPeople.Admin, experiment.Id, default);

        await Purges(database).ExperimentsAsync(GivenPeople.Admin, [experiment.Id], default);

        await using var db = database.Hub.Open();
        Assert.Equal((0, 0), (await db.Runs.CountAsync(), await db.ExperimentTags.CountAsync()));
        Assert.False(await db.Experiments.AnyAsync(e => e.Id == experiment.Id));
        Assert.Equal(1, await db.Events.CountAsync(e => e.Kind == EventKinds.ExperimentPurged));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task What_a_killed_process_left_is_finished_by_the_next_and_not_restored(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var experiments = new Experiments(database.Hub, TimeProvider.System);
        var experiment = await experiments.CreateAsync(GivenPeople.Admin, "doomed", null, [], default);
        await database.GivenRunAsync(experiment.Id);
        await experiments.DeleteAsync(GivenPeople.Admin, experiment.Id, default);
        await database.Hub.WriteAsync(async db => (await db.Experiments.SingleAsync(e => e.Id == experiment.Id)).Purge(), default);

        var refused = await Assert.ThrowsAsync<HubException>(() => experiments.RestoreAsync(GivenPeople.Admin, experiment.Id, default));
        var steps = Worker(database);
        while (await steps.NextAsync(default))
        {
        }

        Assert.Equal(HubError.Conflict, refused.Error);
        await using var db = database.Hub.Open();
        Assert.Equal((0, false), (await db.Runs.CountAsync(), await db.Experiments.AnyAsync(e => e.Id == experiment.Id)));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task What_a_registered_version_came_from_stays(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var (free, source) = (await database.GivenRunAsync(), await database.GivenRunAsync());
        await DeleteAsync(database, free);
        await DeleteAsync(database, source);
        await using (var db = database.Hub.Open())
        {
            var model = await db.GivenModelAsync("churn");
            db.Add(new ModelVersion { ModelId = model.Id, Number = 1, Source = "x", RunId = source.RunId, SourceRunKey = source.Key, CreatedBy = "ann", CreatedAt = DateTimeOffset.UnixEpoch, UpdatedAt = DateTimeOffset.UnixEpoch });
            await db.SaveChangesAsync();
        }

        var refusal = await Assert.ThrowsAsync<HubException>(() => Purges(database).RunsAsync(GivenPeople.Admin, [free.RunId, source.RunId], default));

        Assert.Equal(HubError.Conflict, refusal.Error);
        Assert.Contains("model 'churn' version 1", refusal.Message);
        await using var after = database.Hub.Open();
        Assert.Equal(2, await after.Runs.CountAsync());
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task The_trash_lists_what_one_manages_the_last_deleted_first_with_its_size(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = new TestClock();
        var experiment = await database.GivenExperimentAsync();
        var (manager, editor) = (await database.GivenPersonAsync("mia", experiment.Id, Permission.Manage), await database.GivenPersonAsync("ed", experiment.Id, Permission.Edit));
        var runs = new Runs(database.Hub, clock);
        List<string> expected = [];
        for (var i = 0; i < Limits.TrashPage + 1; i++)
        {
            var run = await database.GivenRunAsync(experiment.Id);
            await runs.DeleteAsync(editor, run.RunId, default);
            clock.Advance(TimeSpan.FromSeconds(i % 2));
            expected.Insert(0, run.RunId);
        }

        var full = await GivenFullRunAsync(database);
        await DeleteAsync(database, full);
        var lists = new TrashLists(database.Hub);

        var first = await lists.RunsAsync(manager, null, null, default);
        var second = await lists.RunsAsync(manager, null, first.NextPageToken, default);

        Assert.Equal(expected, first.Items.Concat(second.Items).Select(r => r.Run.RunId));
        Assert.Null(second.NextPageToken);
        Assert.All(first.Items, r => Assert.Equal("ed", r.Run.DeletedBy));
        Assert.Empty((await lists.RunsAsync(editor, null, null, default)).Items);
        var found = Assert.Single((await lists.RunsAsync(GivenPeople.Admin, full.RunId, null, default)).Items);
        Assert.Equal(new TrashSize(7, 2), found.Size);
    }

    internal static Purges Purges(TestDatabase database, TimeProvider? clock = null) => new(database.Hub, clock ?? TimeProvider.System);

    private static PurgeWorker Worker(TestDatabase database) => new(database.Hub, new(database.Logs, new NothingKept()), TimeProvider.System, NullLogger<PurgeWorker>.Instance);

    internal static Task DeleteAsync(TestDatabase database, Run run, TimeProvider? clock = null) =>
        new Runs(database.Hub, clock ?? TimeProvider.System).DeleteAsync(GivenPeople.Admin, run.RunId, default);

    private static async Task<Run> GivenFullRunAsync(TestDatabase database)
    {
        var run = await database.GivenRunAsync();
        await database.Logs.AppendAsync(
            GivenPeople.Admin, run.RunId, new([new("loss", 1, 1, 1), new("loss", 2, 1, 2)], [new("lr", "0.1")], [new("a", "1"), new("b", "2")]), default);
        await database.Hub.WriteAsync(
            db => Task.FromResult(db.Add(new ArtifactFile { RunKey = run.Key, Path = "m.txt", Digest = new('0', 64), Size = 7, SavedAt = DateTimeOffset.UnixEpoch })), default);
        return run;
    }

    private static Task<long> PointsAsync(HubDb db) => db.Database.SqlQuery<long>($"SELECT COUNT(*) AS \"Value\" FROM metrics").SingleAsync();
}
