using Microsoft.EntityFrameworkCore;
using MlHub.Adapters.Databases;
using MlHub.Testing.Databases;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>Who may send a delivery, and for how long nobody else may.</summary>
public sealed class LeaseTests
{
    private const string Url = "https://tools.example/hook";

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task Two_nodes_share_the_work_and_take_nothing_twice(DatabaseProvider provider)
    {
        const int hooks = 30, events = 10;
        var (one, two) = (Slow(), Slow());
        await using var scene = await WebhookScene.CreateAsync(provider);
        for (var i = 0; i < hooks; i++)
        {
            await scene.GivenWebhookAsync(Url, w => w.Name = $"w{i}");
        }

        await scene.HappenedAsync(events);
        await scene.StartNodeAsync(one);
        await scene.StartNodeAsync(two);
        await scene.DeliveredAsync(hooks * events);

        Assert.Equal(hooks * events, one.Sent.Concat(two.Sent).Select(m => m.MessageId).Distinct().Count());
        Assert.Equal(hooks * events, one.Sent.Count + two.Sent.Count);
        Assert.All([one, two], n => Assert.NotEmpty(n.Sent));
        Assert.Equal(hooks * events, (await scene.AttemptsAsync()).Count);
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task What_a_node_had_in_hand_when_it_died_is_sent_after_its_lease_or_when_the_only_node_starts_again(DatabaseProvider provider)
    {
        var sender = new ScriptedSender(_ => ScriptedSender.Answered(200));
        await using var scene = await WebhookScene.CreateAsync(provider);
        await scene.GivenWebhookAsync(Url);
        await scene.GivenTakenAsync(scene.Clock.GetUtcNow() + DeliveryLedger.Lease);
        await scene.StartNodeAsync(sender);
        if (!scene.Database.Hub.IsAlone)
        {
            await Task.Delay(1500);
            Assert.Empty(sender.Sent);
            scene.Clock.Advance(DeliveryLedger.Lease + TimeSpan.FromSeconds(1));
        }

        await scene.DeliveredAsync(1);
        Assert.Single(sender.Sent);
    }

    [Fact]
    public async Task A_lease_that_a_wrong_clock_set_is_not_waited_for()
    {
        var sender = new ScriptedSender(_ => ScriptedSender.Answered(200));
        await using var scene = await WebhookScene.CreateAsync(DatabaseProvider.PostgreSql);
        await scene.GivenWebhookAsync(Url);
        await scene.GivenTakenAsync(scene.Clock.GetUtcNow().AddHours(1));

        await scene.StartNodeAsync(sender);

        await scene.DeliveredAsync(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(-1)]
    public async Task A_clock_that_jumps_by_an_hour_sends_nothing_twice_and_leaves_nothing_lying(int hours)
    {
        var gate = new TaskCompletionSource();
        var calls = 0;
        var sender = new ScriptedSender(async (_, _) =>
        {
            // The first answers at once: only a receiver that does may have several under way.
            await (Interlocked.Increment(ref calls) == 1 ? Task.CompletedTask : gate.Task);
            return ScriptedSender.Answered(200);
        });
        await using var scene = await WebhookScene.CreateAsync(DatabaseProvider.PostgreSql);
        await scene.GivenWebhookAsync(Url);
        await scene.StartNodeAsync(sender);
        await scene.HappenedAsync();
        await scene.DeliveredAsync(1);
        await scene.HappenedAsync();
        await Eventually.TrueAsync(() => sender.Sent.Count == 2);

        scene.Clock.Advance(TimeSpan.FromHours(hours));
        await Task.Delay(1500);
        Assert.Equal(2, sender.Sent.Count);
        gate.SetResult();
        await scene.DeliveredAsync(2);

        await scene.HappenedAsync();
        await scene.DeliveredAsync(3);
        Assert.Equal(3, sender.Sent.Count);
    }

    [Fact]
    public async Task A_webhook_that_is_deleted_while_it_is_called_takes_its_deliveries_along_and_stops_nobody()
    {
        var gate = new TaskCompletionSource();
        var sender = new ScriptedSender(async (m, _) =>
        {
            await (m.Url.Host == "slow.example" ? gate.Task : Task.CompletedTask);
            return ScriptedSender.Answered(200);
        });
        await using var scene = await WebhookScene.CreateAsync();
        var doomed = await scene.GivenWebhookAsync("https://slow.example/");
        await scene.StartNodeAsync(sender);
        await scene.HappenedAsync();
        await Eventually.TrueAsync(() => sender.Sent.Count == 1);

        await scene.Database.Hub.WriteAsync(db => db.Webhooks.Where(w => w.Id == doomed.Id).ExecuteDeleteAsync(), default);
        gate.SetResult();
        await scene.GivenWebhookAsync(Url);
        await scene.HappenedAsync();

        await scene.DeliveredAsync(1);
        Assert.Single(await scene.AttemptsAsync());
    }

    [Fact]
    public async Task In_order_means_one_after_the_other_and_the_head_holds_up_the_rest_for_ten_minutes()
    {
        var isUp = true;
        var (atOnce, most) = (0, 0);
        var sender = new ScriptedSender(async (m, _) =>
        {
            most = Math.Max(most, Interlocked.Increment(ref atOnce));
            await Task.Delay(5, CancellationToken.None);
            Interlocked.Decrement(ref atOnce);
            return ScriptedSender.Answered(isUp || m.Attempt > 1 ? 200 : 500);
        });
        await using var scene = await WebhookScene.CreateAsync();
        await scene.GivenWebhookAsync(Url, w => w.IsOrdered = true);
        await scene.StartNodeAsync(sender);
        await scene.HappenedAsync(10);
        await scene.DeliveredAsync(10);
        Assert.Equal((await scene.DeliveriesAsync()).Select(d => d.MessageId), sender.Sent.Select(m => m.MessageId));
        Assert.Equal(1, most);

        isUp = false;
        await scene.HappenedAsync(2);
        await scene.AttemptedAsync(11);
        isUp = true;
        await Task.Delay(1200);
        Assert.Equal(11, sender.Sent.Count);
        scene.Clock.Advance(TimeSpan.FromSeconds(7));
        await scene.DeliveredAsync(12);
        Assert.Equal((await scene.DeliveriesAsync()).TakeLast(2).Select(d => d.MessageId), sender.Sent.TakeLast(2).Select(m => m.MessageId));
    }

    private static ScriptedSender Slow() => new(async (_, cancel) =>
    {
        await Task.Delay(20, cancel);
        return ScriptedSender.Answered(200);
    });
}
