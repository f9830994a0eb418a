using System.Security.Cryptography;
using Microsoft.EntityFrameworkCore;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>Secrets are opened just before they sign.</summary>
public sealed class WebhookSecretTests
{
    private const string Url = "https://tools.example/hook";

    [Fact]
    public async Task The_secret_before_a_rotation_signs_as_long_as_it_is_good()
    {
        var sender = new ScriptedSender(_ => ScriptedSender.Answered(200));
        await using var scene = await WebhookScene.CreateAsync();
        await scene.GivenWebhookAsync(Url, w =>
        {
            (w.SealedSecret, w.SealedPreviousSecret) = ("new", "old");
            w.PreviousSecretUntil = scene.Clock.GetUtcNow().AddHours(24);
        });
        await scene.StartNodeAsync(sender);

        await scene.HappenedAsync();
        await scene.DeliveredAsync(1);
        scene.Clock.Advance(TimeSpan.FromHours(24));
        await scene.HappenedAsync();
        await scene.DeliveredAsync(2);

        Assert.Equal([["new", "old"], ["new"]], sender.Sent.Select(m => m.Secrets));
    }

    [Fact]
    public async Task A_secret_that_nobody_can_read_any_more_disables_the_webhook_and_costs_no_delivery()
    {
        var sender = new ScriptedSender(_ => ScriptedSender.Answered(200));
        await using var scene = await WebhookScene.CreateAsync();
        scene.Box = new LostKey();
        await scene.GivenWebhookAsync(Url, w => w.SealedSecret = "v1:lost");
        await scene.StartNodeAsync(sender);
        await scene.HappenedAsync(3);
        await Eventually.TrueAsync(async () => (await scene.WebhookAsync()).Status == WebhookStatus.Disabled);
        Assert.StartsWith("Its secret cannot be read", (await scene.WebhookAsync()).DisabledReason, StringComparison.Ordinal);
        Assert.Empty(sender.Sent);

        scene.Clock.Advance(TimeSpan.FromMinutes(1));
        await scene.Database.Hub.WriteAsync(
            async db =>
            {
                var webhook = await db.Webhooks.SingleAsync();
                webhook.Status = WebhookStatus.Active;
                webhook.SealedSecret = "v1:set anew";
                webhook.UpdatedAt = scene.Clock.GetUtcNow();
                webhook.StartAfresh();
            },
            default);
        await scene.DeliveredAsync(3);

        Assert.Equal(3, sender.Sent.Count);
        Assert.Null((await scene.WebhookAsync()).DisabledReason);
    }

    private sealed class LostKey : ISecretBox
    {
        public string Seal(string secret) => secret;

        public string Open(string sealedSecret) => sealedSecret == "v1:lost" ? throw new CryptographicException("The key is gone.") : sealedSecret;
    }
}
