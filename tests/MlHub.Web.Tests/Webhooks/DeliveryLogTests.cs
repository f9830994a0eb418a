using Bunit;
using Microsoft.EntityFrameworkCore;
using MlHub.Registry;
using MlHub.Web.Webhooks;
using MlHub.Webhooks;

namespace MlHub.Web.Tests.Webhooks;

/// <summary>The delivery log while somebody has it open.</summary>
public sealed class DeliveryLogTests : LivePage
{
    [Fact]
    public async Task What_is_sent_while_it_is_open_appears_and_what_failed_is_sent_again()
    {
        var hook = await GivenAsync();
        var log = RenderAs<DeliveryLog>(Ann, p => p.Add(l => l.Id, hook.PublicId));
        log.WaitForAssertion(() => Assert.Contains("Nothing sent yet", log.Markup, StringComparison.Ordinal));

        await SentAsync(hook, DeliveryState.Failed, "prices/<b>1</b>");

        log.WaitForAssertion(() => Assert.Equal("Failed", log.Find(".delivery .chip").TextContent));
        Assert.Equal("prices/<b>1</b>", log.Find(".delivery-subject").TextContent);
        Assert.StartsWith($"/webhooks/{hook.PublicId}/deliveries/", log.Find("a.delivery").GetAttribute("href"), StringComparison.Ordinal);
        await log.InvokeAsync(() => log.Find(".delivery-foot button").Click());
        log.WaitForAssertion(() => Assert.Contains("One delivery is sent again.", log.Markup, StringComparison.Ordinal));
        await using var db = Hub.Open();
        Assert.NotEqual(DeliveryState.Failed, (await db.WebhookDeliveries.SingleAsync()).State);
    }

    [Fact]
    public async Task It_shows_what_the_address_asks_for_and_nothing_to_others()
    {
        var hook = await GivenAsync();
        await SentAsync(hook, DeliveryState.Delivered, "prices/1");
        await SentAsync(hook, DeliveryState.Failed, "prices/2");

        var failed = RenderAs<DeliveryLog>(Ann, p => p.Add(l => l.Id, hook.PublicId).Add(l => l.State, "failed"));
        var bob = RenderAs<DeliveryLog>(await Hub.GivenUserAsync("bob"), p => p.Add(l => l.Id, hook.PublicId));

        failed.WaitForAssertion(() => Assert.Equal("prices/2", Assert.Single(failed.FindAll(".delivery-subject")).TextContent));
        bob.WaitForAssertion(() => Assert.Contains("not found", bob.Find("[role=alert]").TextContent, StringComparison.Ordinal));
        Assert.Empty(bob.FindAll(".delivery"));
    }

    private async Task<Webhook> GivenAsync()
    {
        await The<RegisteredModels>().CreateAsync(Ann, "prices", null, [], default);
        var made = await The<MlHub.Webhooks.Webhooks>().CreateAsync(
            Ann, WebhookFamily.Hub, "prices", new() { Name = "gate", Url = "https://8.8.8.8:1/x", Events = [WebhookEvents.CommentCreated] }, default);
        return made.Webhook.Hook;
    }

    private async Task SentAsync(Webhook hook, DeliveryState state, string subject)
    {
        await using var db = Hub.Open();
        db.Add(new WebhookDelivery
        {
            WebhookId = hook.Id,
            MessageId = $"msg_{Guid.NewGuid():N}"[..30],
            Event = WebhookEvents.CommentCreated,
            Subject = subject,
            Body = "{}"u8.ToArray(),
            CreatedAt = DateTimeOffset.UtcNow,
            State = state,
            Attempts = 10,
            NextAt = DateTimeOffset.UtcNow,
            LastStatus = 503,
        });
        await db.SaveChangesAsync();
    }
}
