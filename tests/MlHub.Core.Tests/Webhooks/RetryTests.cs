using Microsoft.EntityFrameworkCore;
using MlHub.Adapters.Databases;
using MlHub.Testing.Databases;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>What becomes of a delivery that fails, with a clock that the test moves.</summary>
public sealed class RetryTests
{
    private const string Url = "https://tools.example/hook";

    [Fact]
    public async Task A_failure_is_sent_again_in_its_time_under_the_same_id()
    {
        var sender = new ScriptedSender(m => ScriptedSender.Answered(m.Attempt == 1 ? 500 : 200));
        await using var scene = await StartedAsync(sender);
        await scene.HappenedAsync();
        await scene.AttemptedAsync(1);

        scene.Clock.Advance(TimeSpan.FromSeconds(3.9));
        await Task.Delay(1200);
        Assert.Single(sender.Sent);
        scene.Clock.Advance(TimeSpan.FromSeconds(2.2));
        await scene.DeliveredAsync(1);

        Assert.Equal([1, 2], sender.Sent.Select(m => m.Attempt));
        Assert.Single(sender.Sent.Select(m => m.MessageId).Distinct());
        Assert.Equal(sender.Sent[0].Body, sender.Sent[1].Body);
        Assert.True(sender.Sent[1].At > sender.Sent[0].At);
    }

    [Fact]
    public async Task After_ten_attempts_it_counts_as_failed_and_can_be_sent_again_by_hand()
    {
        var isUp = false;
        var sender = new ScriptedSender(_ => ScriptedSender.Answered(isUp ? 200 : 500));
        await using var scene = await StartedAsync(sender);
        await scene.HappenedAsync();
        for (var attempt = 1; attempt <= 10; attempt++)
        {
            await scene.AttemptedAsync(attempt);
            await Eventually.TrueAsync(async () => (await scene.DeliveriesAsync())[0].Lease is null);
            await scene.SkipWaitAsync();
        }

        Assert.Equal((DeliveryState.Failed, 10, 500), ((await scene.DeliveriesAsync()).Select(d => (d.State, d.Attempts, d.LastStatus)).Single()));

        isUp = true;
        var webhook = await scene.WebhookAsync();
        Assert.Equal(1, await scene.Operations.SendFailedAgainAsync(scene.Mia, webhook.PublicId, DateTimeOffset.MinValue, default));
        await scene.DeliveredAsync(1);
        Assert.Single(sender.Sent.Select(m => m.MessageId).Distinct());
        Assert.Equal(11, sender.Sent.Count);
    }

    [Fact]
    public async Task An_open_circuit_lets_one_delivery_through_and_all_when_it_succeeds()
    {
        var isUp = false;
        var sender = new ScriptedSender(_ => ScriptedSender.Answered(isUp ? 204 : 503));
        await using var scene = await StartedAsync(sender);
        await scene.HappenedAsync(20);
        await Eventually.TrueAsync(async () => (await scene.WebhookAsync()).PausedUntil is not null);
        var before = sender.Sent.Count;
        Assert.InRange(before, 4, 8);

        scene.Clock.Advance(TimeSpan.FromSeconds(59));
        await Task.Delay(1200);
        Assert.Equal(before, sender.Sent.Count);
        scene.Clock.Advance(TimeSpan.FromSeconds(2));
        await scene.AttemptedAsync(before + 1);
        await Task.Delay(1200);
        Assert.Equal(before + 1, sender.Sent.Count);

        isUp = true;
        scene.Clock.Advance(TimeSpan.FromMinutes(7));
        await scene.DeliveredAsync(20);
        Assert.Equal(0, (await scene.WebhookAsync()).FailuresInARow);
    }

    [Fact]
    public async Task Gone_disables_the_webhook_at_once_keeps_what_waits_and_tells_the_owner()
    {
        var sender = new ScriptedSender(_ => ScriptedSender.Answered(410));
        await using var scene = await StartedAsync(sender, w => w.IsOrdered = true);
        await scene.HappenedAsync(3);

        await Eventually.TrueAsync(async () => (await scene.WebhookAsync()).Status == WebhookStatus.Disabled);
        await Task.Delay(700);

        Assert.Single(sender.Sent);
        Assert.Equal([DeliveryState.Failed, DeliveryState.Waiting, DeliveryState.Waiting], (await scene.DeliveriesAsync()).Select(d => d.State));
        Assert.Equal("The webhook team tools was disabled: The receiver answered 410 Gone: it wants no more.", await scene.ToldAsync(scene.Mia));
    }

    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task After_five_days_of_failures_it_is_disabled_and_the_owner_of_a_hubs_webhook_hears_of_it_too(DatabaseProvider provider)
    {
        var sender = new ScriptedSender(_ => new(null, "No connection: ConnectionRefused.", null, null, null, null, null, null, 3, ""));
        await using var scene = await WebhookScene.CreateAsync(provider);
        await scene.GivenAdminAsync(scene.Mia);
        await scene.GivenWebhookAsync(Url, modelId: null);
        await scene.StartNodeAsync(sender);
        await scene.HappenedAsync(2);
        await scene.AttemptedAsync(2);
        await Eventually.TrueAsync(async () => (await scene.DeliveriesAsync()).TrueForAll(d => d.Lease is null));

        scene.Clock.Advance(TimeSpan.FromDays(6));
        await Eventually.TrueAsync(async () => (await scene.WebhookAsync()).Status == WebhookStatus.Disabled);

        Assert.StartsWith("No delivery succeeded in the five days since 2026-01-01 12:00", (await scene.WebhookAsync()).DisabledReason, StringComparison.Ordinal);
        Assert.All(await scene.DeliveriesAsync(), d => Assert.Equal(DeliveryState.Waiting, d.State));
        Assert.StartsWith("The webhook team tools was disabled: No delivery", await scene.ToldAsync(scene.Mia), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_receiver_that_asks_to_be_left_alone_is_for_as_long_as_it_asks()
    {
        var sender = new ScriptedSender(m => m.Attempt == 1 ? ScriptedSender.Answered(429, TimeSpan.FromHours(1)) : ScriptedSender.Answered(200));
        await using var scene = await StartedAsync(sender);
        await scene.HappenedAsync();
        await scene.AttemptedAsync(1);

        scene.Clock.Advance(TimeSpan.FromMinutes(59));
        await scene.HappenedAsync();
        await Task.Delay(1200);
        Assert.Single(sender.Sent);
        scene.Clock.Advance(TimeSpan.FromMinutes(2));
        // The second one is the first of its own, and is asked for the same.
        await scene.AttemptedAsync(2);
    }

    private static async Task<WebhookScene> StartedAsync(IWebhookSender sender, Action<Webhook>? change = null)
    {
        var scene = await WebhookScene.CreateAsync();
        await scene.GivenWebhookAsync(Url, change);
        await scene.StartNodeAsync(sender);
        return scene;
    }
}
