using MlHub.Adapters.Databases;
using MlHub.Adapters.Webhooks;
using MlHub.Testing.Databases;
using MlHub.Testing.Webhooks;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>From a committed change to the receiver, over real HTTP.</summary>
public sealed class DeliveryTests
{
    [Theory, ClassData(typeof(EveryDatabase))]
    public async Task What_was_committed_reaches_the_receiver_once(DatabaseProvider provider)
    {
        await using var receiver = await WebhookReceiver.StartAsync();
        await using var scene = await WebhookScene.CreateAsync(provider);
        await scene.GivenWebhookAsync(receiver.Url + "/hook");
        using var sender = new HttpWebhookSender(WebhookScene.Loopback);
        await scene.StartNodeAsync(sender);

        await scene.HappenedAsync(30);

        await scene.DeliveredAsync(30);
        Assert.Equal(30, receiver.Received.Select(r => r.Id).Distinct().Count());
        Assert.Equal(30, receiver.Received.Count);
        Assert.All(receiver.Received, r => Assert.Equal("/hook", r.Path));
        Assert.All(await scene.AttemptsAsync(), a => Assert.Equal((1, 200), (a.Number, a.Status)));
        Assert.Equal(30, (await scene.AttemptsAsync()).Count);
    }

    [Fact]
    public async Task What_happened_before_the_webhook_is_not_told()
    {
        var sender = new ScriptedSender(_ => ScriptedSender.Answered(200));
        await using var scene = await WebhookScene.CreateAsync();
        await scene.GivenWebhookAsync("https://tools.example/hook", w => w.SinceSeq = 2);
        await scene.StartNodeAsync(sender);

        await scene.HappenedAsync(3);

        await scene.DeliveredAsync(1);
        Assert.Equal(3, Assert.Single(await scene.DeliveriesAsync()).Seq);
    }
}
