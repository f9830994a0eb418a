using Microsoft.EntityFrameworkCore;
using MlHub.Access;
using MlHub.Events;
using MlHub.Webhooks;

namespace MlHub.Core.Tests.Webhooks;

/// <summary>A webhook hears no more than its owner may.</summary>
public sealed class WebhookOwnerTests
{
    private const string Url = "https://tools.example/hook";

    [Fact]
    public async Task Who_manages_the_model_hears_of_it_and_of_no_other()
    {
        await using var scene = await WebhookScene.CreateAsync();
        var sender = new ScriptedSender(_ => ScriptedSender.Answered(200));
        await using (var db = scene.Database.Hub.Open())
        {
            var other = await db.GivenModelAsync("others");
            db.Record(scene.Mia, scene.Clock.GetUtcNow(), EventKinds.VersionCreated, other, 1);
            await db.SaveChangesAsync();
        }

        await scene.GivenWebhookAsync(Url);
        await scene.HappenedAsync();
        await scene.StartNodeAsync(sender);

        await scene.DeliveredAsync(1);
        Assert.Equal("prices/1", Assert.Single(await scene.DeliveriesAsync()).Subject);
    }

    [Fact]
    public async Task Who_lost_the_right_hears_no_more()
    {
        await using var scene = await WebhookScene.CreateAsync();
        await scene.GivenWebhookAsync(Url);
        await scene.Database.Hub.WriteAsync(db => db.RegistryGrants.Where(g => g.UserId == scene.Mia.Id).ExecuteUpdateAsync(g => g.SetProperty(x => x.Permission, RegistryPermission.Edit)), default);

        await IsDisabledAsync(scene, "Its owner may no longer manage the model.");
    }

    [Fact]
    public async Task Whose_account_is_disabled_hears_no_more_even_as_an_administrator()
    {
        await using var scene = await WebhookScene.CreateAsync();
        await scene.GivenAdminAsync(scene.Mia);
        await scene.GivenWebhookAsync(Url);
        await scene.Database.Hub.WriteAsync(db => db.Users.Where(u => u.Id == scene.Mia.Id).ExecuteUpdateAsync(u => u.SetProperty(x => x.IsDisabled, true)), default);

        await IsDisabledAsync(scene, "The account of its owner is disabled.");
    }

    [Fact]
    public async Task A_webhook_of_the_whole_hub_needs_an_administrator()
    {
        await using var scene = await WebhookScene.CreateAsync();
        await scene.GivenWebhookAsync(Url, modelId: null);

        await IsDisabledAsync(scene, "Its owner is no administrator any more, and it hears of the whole hub.");
    }

    private static async Task IsDisabledAsync(WebhookScene scene, string reason)
    {
        var sender = new ScriptedSender(_ => ScriptedSender.Answered(200));
        await scene.StartNodeAsync(sender);
        await scene.HappenedAsync();

        await Eventually.TrueAsync(async () => (await scene.WebhookAsync()).Status == WebhookStatus.Disabled);

        Assert.Equal(reason, (await scene.WebhookAsync()).DisabledReason);
        Assert.Empty(await scene.DeliveriesAsync());
        Assert.Empty(sender.Sent);
    }
}
