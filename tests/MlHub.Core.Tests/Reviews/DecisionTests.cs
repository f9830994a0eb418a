using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Adapters.Databases;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Reviews;

/// <summary>Deciding about requests, alone and many at once.</summary>
public sealed class DecisionTests
{
    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Approving_moves_the_version_and_archives_the_one_it_replaces(DatabaseProvider provider)
    {
        await using var scene = await ReviewScene.CreateAsync(provider);
        var request = await scene.GivenRequestAsync();

        var activity = await scene.ApproveAsync(scene.Bob, archive: true);

        Assert.Equal((ActivityType.ApprovedRequest, "bob", "None", "Production", "looks good"), (activity.Type, activity.User, activity.FromStage, activity.ToStage, activity.Comment));
        Assert.Equal(new() { [1] = Stage.Archived, [2] = Stage.Production }, await scene.StagesAsync());
        Assert.Equal([EventKinds.RequestOpened, EventKinds.RequestApproved, EventKinds.VersionMoved], await scene.HistoryAsync());
        await using var db = scene.Database.Hub.Open();
        var archived = await db.Events.SingleAsync(e => e.Version == 1 && e.Kind == EventKinds.VersionMoved);
        Assert.Contains("Archived because version 2 moved to Production.", archived.After, StringComparison.Ordinal);
        Assert.Contains($"\"requestId\":{request.Id}", archived.After, StringComparison.Ordinal);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Of_sixteen_who_approve_at_once_one_wins_and_the_others_hear_who(DatabaseProvider provider)
    {
        await using var scene = await ReviewScene.CreateAsync(provider);
        await scene.GivenRequestAsync();
        var people = new List<Caller>();
        for (var i = 0; i < 16; i++)
        {
            people.Add(await scene.GivenPersonAsync($"p{i}", RegistryPermission.ManageProduction));
        }

        var outcomes = await Task.WhenAll(people.Select(p => Task.Run(() => OutcomeAsync(() => scene.ApproveAsync(p, archive: true)))));

        var winner = Assert.Single(outcomes, o => o.Refusal is null).Activity!.User;
        Assert.All(outcomes.Where(o => o.Refusal is not null), o =>
        {
            Assert.Equal(HubError.Conflict, o.Refusal!.Error);
            Assert.Contains($"already approved by {winner}", o.Refusal.Message, StringComparison.Ordinal);
        });
        Assert.Equal([EventKinds.RequestOpened, EventKinds.RequestApproved, EventKinds.VersionMoved], await scene.HistoryAsync());
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Sixteen_times_the_same_yes_is_one_approval_and_one_answer(DatabaseProvider provider)
    {
        await using var scene = await ReviewScene.CreateAsync(provider);
        await scene.GivenRequestAsync();

        var answers = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => scene.ApproveAsync(scene.Bob))));

        Assert.Single(answers.Distinct());
        Assert.Equal([EventKinds.RequestOpened, EventKinds.RequestApproved, EventKinds.VersionMoved], await scene.HistoryAsync());
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Approval_and_rejection_at_once_cannot_both_be(DatabaseProvider provider)
    {
        await using var scene = await ReviewScene.CreateAsync(provider);
        await scene.GivenRequestAsync();

        var outcomes = await Task.WhenAll(
            Task.Run(() => OutcomeAsync(() => scene.ApproveAsync(scene.Bob))),
            Task.Run(() => OutcomeAsync(() => scene.Requests.RejectAsync(scene.Cleo, ReviewScene.New, Stage.Production, "no", default))));

        var won = Assert.Single(outcomes, o => o.Refusal is null).Activity!.Type;
        Assert.Equal(HubError.Conflict, Assert.Single(outcomes, o => o.Refusal is not null).Refusal!.Error);
        Assert.Equal(won == ActivityType.ApprovedRequest ? Stage.Production : Stage.None, (await scene.StagesAsync())[2]);
    }

    [Fact]
    public async Task One_decision_answers_everyone_who_asked_for_the_stage()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.GivenRequestAsync();
        await scene.Requests.OpenAsync(scene.Cleo, ReviewScene.New, Stage.Production, "I too", default);
        await scene.Requests.OpenAsync(scene.Cleo, ReviewScene.New, Stage.Archived, "or away with it", default);

        await scene.ApproveAsync(scene.Bob);

        var left = Assert.Single(await scene.Requests.ListOpenAsync(scene.Ann, ReviewScene.New, default));
        Assert.Equal((Stage.Archived, Stage.Production), (left.Request.ToStage, left.FromStage));
        Assert.Equal(2, (await scene.HistoryAsync()).Count(k => k == EventKinds.RequestApproved));
    }

    [Fact]
    public async Task Who_moves_a_version_has_answered_those_who_asked_for_it()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.GivenRequestAsync();

        await scene.Transitions.MoveAsync(scene.Bob, ReviewScene.New, Stage.Production, false, "go", null, default);

        Assert.Empty(await scene.Requests.ListOpenAsync(scene.Ann, ReviewScene.New, default));
        Assert.Equal([EventKinds.RequestOpened, EventKinds.RequestApproved, EventKinds.VersionMoved], await scene.HistoryAsync());
    }

    [Fact]
    public async Task What_was_asked_for_other_files_is_not_approved()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.GivenRequestAsync();
        await scene.Database.Hub.WriteAsync(async db => (await db.ModelVersions.SingleAsync(v => v.Number == 2)).Digest = new string('f', 64), default);

        var refusal = await Assert.ThrowsAsync<HubException>(() => scene.ApproveAsync(scene.Bob));

        Assert.Equal(HubError.Conflict, refusal.Error);
        Assert.Equal(Stage.None, (await scene.StagesAsync())[2]);
    }

    [Fact]
    public async Task A_version_that_is_not_ready_does_not_move()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.Database.Hub.WriteAsync(async db => (await db.ModelVersions.SingleAsync(v => v.Number == 2)).Status = VersionStatus.PendingRegistration, default);

        Assert.Equal(HubError.Invalid, (await Assert.ThrowsAsync<HubException>(() => scene.GivenRequestAsync())).Error);
        Assert.Equal(HubError.Invalid, (await Assert.ThrowsAsync<HubException>(() => scene.Transitions.MoveAsync(scene.Bob, ReviewScene.New, Stage.Staging, false, null, null, default))).Error);
    }

    [Fact]
    public async Task What_awaits_somebody_is_what_they_may_approve_and_have_not()
    {
        await using var scene = await ReviewScene.CreateAsync();
        await scene.GivenPolicyAsync(new() { Approvals = 2, FourEyes = true });
        await scene.Requests.OpenAsync(scene.Cleo, ReviewScene.New, Stage.Production, null, default);

        Assert.Equal([ReviewScene.New], (await scene.Requests.AwaitingAsync(scene.Bob, default)).Select(r => r.Key));
        Assert.Empty(await scene.Requests.AwaitingAsync(scene.Ann, default));
        Assert.Empty(await scene.Requests.AwaitingAsync(scene.Cleo, default));

        await scene.ApproveAsync(scene.Bob);

        Assert.Empty(await scene.Requests.AwaitingAsync(scene.Bob, default));
        Assert.Single(await scene.Requests.AwaitingAsync(scene.Mia, default));
    }

    private static async Task<(Activity? Activity, HubException? Refusal)> OutcomeAsync(Func<Task<Activity>> act)
    {
        try
        {
            return (await act(), null);
        }
        catch (HubException refusal)
        {
            return (null, refusal);
        }
    }
}
