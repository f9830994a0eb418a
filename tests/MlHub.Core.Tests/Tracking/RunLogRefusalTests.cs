using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Testing.Databases;
using MlHub.Tracking;

namespace MlHub.Core.Tests.Tracking;

public sealed class RunLogRefusalTests
{
    private static readonly CancellationToken None = CancellationToken.None;
    private static readonly RunLog Anything = new([new("loss", 1, 1, 1)], [new("lr", "0.1")], [new("team", "vision")]);

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task An_unknown_run_is_not_found(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);

        await RefusedAsync(database, Caller.Local, "0123", Anything, HubError.NotFound, "Run with id=0123 not found");
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Only_someone_with_edit_may_log_and_a_stranger_learns_nothing(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync((await database.GivenExperimentAsync()).Id);
        var stranger = await database.GivenPersonAsync("mallory", run.ExperimentId, Permission.None);
        var reader = await database.GivenPersonAsync("rita", run.ExperimentId, Permission.Read);
        var editor = await database.GivenPersonAsync("ed", run.ExperimentId, Permission.Edit);

        await RefusedAsync(database, stranger, run.RunId, Anything, HubError.NotFound, $"Run with id={run.RunId} not found");
        await RefusedAsync(
            database, reader, run.RunId, Anything, HubError.Denied, $"Permission denied: 'rita' has READ on experiment {run.ExperimentId}, this needs EDIT.");
        await AssertEmptyAsync(database);

        await database.Logs.AppendAsync(editor, run.RunId, Anything, None);
        Assert.Single(await database.HistoryAsync(run, "loss"));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_grant_on_another_experiment_does_not_help(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync((await database.GivenExperimentAsync()).Id);
        var neighbour = await database.GivenPersonAsync("ned", (await database.GivenExperimentAsync()).Id, Permission.Manage);

        await RefusedAsync(database, neighbour, run.RunId, Anything, HubError.NotFound, $"Run with id={run.RunId} not found");
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_deleted_run_and_a_run_of_a_deleted_experiment_take_nothing(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var experiment = await database.GivenExperimentAsync();
        var (deleted, orphan) = (await database.GivenRunAsync(), await database.GivenRunAsync(experiment.Id));
        await database.Hub.WriteAsync(
            async db =>
            {
                (await db.Runs.SingleAsync(r => r.Key == deleted.Key)).IsDeleted = true;
                (await db.Experiments.SingleAsync(e => e.Id == experiment.Id)).Delete("ann", DateTimeOffset.UtcNow);
            },
            None);

        await RefusedAsync(
            database, Caller.Local, deleted.RunId, Anything, HubError.Invalid, $"The run {deleted.RunId} must be in the 'active' state. Current state is deleted.");
        await RefusedAsync(
            database, Caller.Local, orphan.RunId, Anything, HubError.Invalid, $"The experiment {experiment.Id} must be in the 'active' state. Current state is deleted.");
        await AssertEmptyAsync(database);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_changed_param_is_refused_with_everything_that_came_with_it(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();
        await database.Logs.AppendAsync(Caller.Local, run.RunId, RunLog.OfParam("lr", "0.1"), None);

        await RefusedAsync(
            database, Caller.Local, run.RunId, new([new("loss", 1, 1, 1)], [new("a", "new"), new("lr", "0.2"), new("z", "new")], [new("team", "vision")]), HubError.Invalid,
            "Changing param values is not allowed. Param with key='lr' was already logged with value='0.1' "
            + $"for run ID='{run.RunId}'. Attempted logging new value '0.2'.");

        await using var db = database.Hub.Open();
        Assert.Equal(("lr", "0.1"), (await db.Params.ToListAsync(None)).Select(p => (p.Key, p.Value)).Single());
        Assert.False(await db.RunTags.AnyAsync(None));
        Assert.False(await db.MetricSeries.AnyAsync(None));
        Assert.Equal(1, await db.Events.CountAsync(None));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_param_with_two_values_in_one_call_is_refused(DatabaseProvider provider)
    {
        await using var database = await TestDatabase.CreateAsync(provider);
        var run = await database.GivenRunAsync();

        await RefusedAsync(
            database, Caller.Local, run.RunId, new([], [new("lr", "1"), new("lr", "1"), new("lr", "2")], []), HubError.Invalid,
            $"Changing param values is not allowed. Param with key='lr' was already logged with value='1' for run ID='{run.RunId}'. Attempted logging new value '2'.");
        await AssertEmptyAsync(database);
    }

    private static async Task RefusedAsync(TestDatabase database, Caller caller, string runId, RunLog log, HubError error, string message)
    {
        var refusal = await Assert.ThrowsAsync<HubException>(() => database.Logs.AppendAsync(caller, runId, log, None));
        Assert.Equal((error, message), (refusal.Error, refusal.Message));
    }

    private static async Task AssertEmptyAsync(TestDatabase database)
    {
        await using var db = database.Hub.Open();
        Assert.False(await db.MetricSeries.AnyAsync(None) || await db.Params.AnyAsync(None) || await db.RunTags.AnyAsync(None) || await db.Events.AnyAsync(None));
    }
}
