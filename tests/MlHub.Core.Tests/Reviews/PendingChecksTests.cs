using System.Collections.Concurrent;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Logging.Abstractions;
using MlHub.Adapters.Databases;
using MlHub.Events;
using MlHub.Registry;
using MlHub.Reviews;
using MlHub.Testing.Databases;

namespace MlHub.Core.Tests.Reviews;

/// <summary>Who answers a check that waits for MlHub, where several nodes could.</summary>
public sealed class PendingChecksTests
{
    private static CancellationToken None => CancellationToken.None;

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Of_two_nodes_one_works_on_a_check(DatabaseProvider provider)
    {
        await using var scene = await ReviewScene.CreateAsync(provider);
        ConcurrentQueue<string> looked = new();
        var (first, second) = (Node(scene), Node(scene));
        // Whoever begins gives back what a single node left, so both have begun before there is anything.
        await Task.WhenAll(first.AnswerAsync(Unasked, None), second.AnswerAsync(Unasked, None));
        for (var round = 0; round < 5; round++)
        {
            await scene.Checks.RerunAsync(scene.Ann, ReviewScene.New, None);
            await Task.WhenAll(Task.Run(() => first.AnswerAsync(LookAsync, None)), Task.Run(() => second.AnswerAsync(LookAsync, None)));
        }

        Assert.Equal(BuiltInChecks.Always.SelectMany(c => Enumerable.Repeat(c, 5)), looked.Order(StringComparer.Ordinal));
        Assert.All(await ChecksAsync(scene), c => Assert.Equal((CheckState.Passed, scene.Clock.GetUtcNow()), (c.State, c.UpdatedAt)));

        async Task<CheckOutcome> LookAsync(HubDb db, RegisteredModel model, ModelVersion version, Check check, CancellationToken cancel)
        {
            looked.Enqueue(check.Name);
            await Task.Delay(5, cancel);
            return CheckOutcome.Passed("fine");
        }
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task What_a_dead_node_had_in_hand_is_taken_up_when_its_lease_has_ended(DatabaseProvider provider)
    {
        await using var scene = await ReviewScene.CreateAsync(provider);
        await scene.GivenRequestAsync();
        var (dead, other) = (Node(scene, BuiltInChecks.Schema), Node(scene, BuiltInChecks.Schema));
        await other.AnswerAsync((_, _, _, _, _) => throw new HubException(HubError.Unavailable, "away"), None).ContinueWith(t => Assert.True(t.IsFaulted), TaskScheduler.Default);
        var taken = await dead.TakeOrNullAsync(None);

        var before = await other.TakeOrNullAsync(None);
        scene.Clock.Advance(PendingChecks.Lease);
        var after = await other.TakeOrNullAsync(None);

        Assert.Equal(BuiltInChecks.Schema, taken!.Name);
        Assert.Null(before);
        Assert.Equal(taken.Id, after!.Id);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Work_that_takes_long_keeps_its_check_and_one_that_is_asked_for_anew_is_begun_anew(DatabaseProvider provider)
    {
        await using var scene = await ReviewScene.CreateAsync(provider);
        await scene.GivenRequestAsync();
        var (one, other) = (Node(scene, BuiltInChecks.Schema), Node(scene, BuiltInChecks.Schema));
        await one.AnswerAsync((_, _, _, _, _) => throw new HubException(HubError.Unavailable, "away"), None).ContinueWith(t => Assert.True(t.IsFaulted), TaskScheduler.Default);
        var looks = 0;
        var work = one.AnswerAsync(
            async (_, _, _, _, stop) =>
            {
                if (Interlocked.Increment(ref looks) == 1)
                {
                    await Task.Delay(Timeout.Infinite, stop);
                }

                return CheckOutcome.Passed($"look {looks}");
            },
            None);
        await Eventually.TrueAsync(() => scene.Clock.Waiting > 0);

        for (var renewal = 0; renewal < 5; renewal++)
        {
            var known = (await CheckAsync(scene)).UpdatedAt;
            scene.Clock.Advance(PendingChecks.Lease / 3);
            await Eventually.TrueAsync(async () => (await CheckAsync(scene)).UpdatedAt > known && scene.Clock.Waiting > 0);
        }

        Assert.Null(await other.TakeOrNullAsync(None));
        await scene.Checks.RerunAsync(scene.Ann, ReviewScene.New, None);
        scene.Clock.Advance(PendingChecks.Lease / 3);
        await work.WaitAsync(TimeSpan.FromSeconds(30));

        var check = await CheckAsync(scene);
        Assert.Equal((CheckState.Passed, "look 2"), (check.State, check.Summary));
        await using var db = scene.Database.Hub.Open();
        Assert.Equal(1, await db.Events.CountAsync(e => e.Kind == EventKinds.CheckReported && e.After!.Contains("look"), None));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task A_node_that_ends_gives_its_check_back_at_once(DatabaseProvider provider)
    {
        await using var scene = await ReviewScene.CreateAsync(provider);
        await scene.GivenRequestAsync();
        var (ending, other) = (Node(scene, BuiltInChecks.Schema), Node(scene, BuiltInChecks.Schema));
        using CancellationTokenSource end = new();
        TaskCompletionSource begun = new(TaskCreationOptions.RunContinuationsAsynchronously);
        var work = ending.AnswerAsync(
            async (_, _, _, _, stop) =>
            {
                begun.SetResult();
                await Task.Delay(Timeout.Infinite, stop);
                return CheckOutcome.Passed("never");
            },
            end.Token);
        await begun.Task;

        await end.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => work);
        Assert.NotNull(await other.TakeOrNullAsync(None));
    }

    private static PendingChecks Node(ReviewScene scene, string? only = null) =>
        new(scene.Database.Hub, only is null ? c => c.Name != BuiltInChecks.Duel : c => c.Name == only, scene.Clock, NullLogger.Instance);

    private static Task<CheckOutcome> Unasked(HubDb db, RegisteredModel model, ModelVersion version, Check check, CancellationToken cancel) => throw new InvalidOperationException("Nothing waits yet.");

    private static async Task<Check> CheckAsync(ReviewScene scene) => (await ChecksAsync(scene)).Single(c => c.Name == BuiltInChecks.Schema);

    private static async Task<List<Check>> ChecksAsync(ReviewScene scene) => await scene.Checks.ListAsync(scene.Ann, ReviewScene.New, None);
}
