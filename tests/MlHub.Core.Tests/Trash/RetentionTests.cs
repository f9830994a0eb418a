using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Core.Tests.Access;
using MlHub.Testing;
using MlHub.Testing.Databases;
using MlHub.Tracking;
using MlHub.Trash;

namespace MlHub.Core.Tests.Trash;

public sealed class RetentionTests
{
    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task What_was_deleted_long_enough_ago_goes_and_nothing_else(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = new TestClock();
        var (old, young, alive) = (await database.GivenRunAsync(), await database.GivenRunAsync(), await database.GivenRunAsync());
        var experiments = new Experiments(database.Hub, clock);
        var experiment = await experiments.CreateAsync(GivenPeople.Admin, "old", null, [], default);
        await database.GivenRunAsync(experiment.Id);
        await PurgeTests.DeleteAsync(database, old, clock);
        await experiments.DeleteAsync(GivenPeople.Admin, experiment.Id, default);
        clock.Advance(TimeSpan.FromDays(29));
        await PurgeTests.DeleteAsync(database, young, clock);
        var retention = Of(database, clock, new(30, 60));

        var early = await retention.PreviewAsync(GivenPeople.Admin, default);
        await retention.ApplyAsync(Caller.System, default);
        clock.Advance(TimeSpan.FromDays(1));
        var due = await retention.PreviewAsync(GivenPeople.Admin, default);
        await using var db = database.Hub.Open();
        Assert.Equal(4, await db.Runs.CountAsync());
        await retention.ApplyAsync(Caller.System, default);

        Assert.Equal((0, 0), (early.RunCount, early.ExperimentCount));
        Assert.Equal((1, 0, old.RunId), (due.RunCount, due.ExperimentCount, Assert.Single(due.Runs).RunId));
        Assert.Equal(3, await db.Runs.CountAsync());
        Assert.False(await db.Runs.AnyAsync(r => r.Key == old.Key));
        clock.Advance(TimeSpan.FromDays(30));
        await retention.ApplyAsync(Caller.System, default);
        Assert.False(await db.Experiments.AnyAsync(e => e.Id == experiment.Id));
        Assert.Equal([alive.RunId], await db.Runs.Select(r => r.RunId).ToListAsync());
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Without_a_rule_nothing_ever_goes(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var clock = new TestClock();
        var run = await database.GivenRunAsync();
        await PurgeTests.DeleteAsync(database, run, clock);
        clock.Advance(TimeSpan.FromDays(10_000));
        var retention = Of(database, clock, RetentionRules.Never);

        await retention.ApplyAsync(Caller.System, default);

        Assert.Equal(0, (await retention.PreviewAsync(GivenPeople.Admin, default)).RunCount);
        await using var db = database.Hub.Open();
        Assert.Equal(1, await db.Runs.CountAsync());
    }

    [Fact]
    public async Task Only_administrators_see_what_would_go()
    {
        await using var database = await TestDatabase.CreateAsync(DatabaseProvider.Sqlite);
        var mia = await database.GivenUserAsync("mia");

        var refusal = await Assert.ThrowsAsync<HubException>(() => Of(database, TimeProvider.System, new(1, 1)).PreviewAsync(mia, default));

        Assert.Equal(HubError.Denied, refusal.Error);
    }

    private static Retention Of(TestDatabase database, TimeProvider clock, RetentionRules rules) =>
        new(database.Hub, rules, PurgeTests.Purges(database, clock), clock);
}
