using Microsoft.AspNetCore.Http;
using Microsoft.Playwright;
using MlHub.E2E.Pages;
using MlHub.Testing.Webhooks;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>An administrator lets requests to Production appear in a chat, sees it fail, and sends again what was missed.</summary>
public sealed class WebhookJourney(TheStage stage) : IClassFixture<TheStage>
{
    [Fact]
    public async Task An_automation_is_made_tested_broken_and_mended()
    {
        await using var chat = await WebhookReceiver.StartAsync();
        var isBroken = false;
        chat.Answer = async (context, _) =>
        {
            context.Response.StatusCode = isBroken ? 503 : 200;
            await context.Response.WriteAsync(isBroken ? "out of order" : "ok");
        };
        using var emma = await stage.GivenPeopleAsync();
        await stage.GivenVersionsAsync(emma);
        await emma.CallAsync("/registered-models/set-tag", new { name = TheRegistry.Model, key = "team", value = "pricing" });
        await stage.Hub.GivenUserAsync("ada", isAdmin: true);
        var page = await stage.SignInAsync("ada");

        await page.GotoAsync("/admin/webhooks");
        await page.GetByRole(AriaRole.Link, new() { Name = "New webhook" }).First.ClickAsync();
        await page.CircuitStandsAsync();
        await page.GetByLabel("A request is opened").CheckAsync();
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("Requests to #mlops");
        await page.GetByLabel("Incoming webhook").FillAsync($"{chat.Url}/services/T1/B2/secret-of-slack");
        await page.GetByLabel("Channel").FillAsync("#mlops");
        await page.GetByLabel("The stage is").SelectOptionAsync("Production");
        await page.GetByLabel("Tag name").FillAsync("team");
        await page.GetByLabel("Tag value").FillAsync("pricing");
        await page.GetByLabel("Tag value").BlurAsync();
        await Expect(page.Locator(".hook-sentence")).ToHaveTextAsync("When a request to Production is opened on a model tagged team=pricing, post to #mlops.");
        await Expect(page.Locator(".hook-example")).ToContainTextAsync("\"channel\": \"#mlops\"");
        await page.GetByRole(AriaRole.Button, new() { Name = "Create webhook" }).ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "Open it and send a test" }).ClickAsync();

        await page.GetByRole(AriaRole.Button, new() { Name = "Send test" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status).Filter(new() { HasText = "The test arrived" })).ToContainTextAsync("answered 200");
        Assert.Contains("asks to move", Assert.Single(chat.Received).Text, StringComparison.Ordinal);
        await Expect(page.Locator("main")).Not.ToContainTextAsync("secret-of-slack");

        // The log is open while things happen.
        await page.CircuitStandsAsync();
        await RequestAsync("2", "Please have a look.");
        await Expect(page.Locator(".delivery").First).ToContainTextAsync("Delivered");
        await Expect(page.Locator(".delivery").First).ToContainTextAsync($"{TheRegistry.Model}/2");

        isBroken = true;
        await emma.CallAsync("/transition-requests/reject", new { name = TheRegistry.Model, version = "2", stage = "Production" });
        await RequestAsync("2", "And again.");
        await Expect(page.Locator(".delivery").First).ToContainTextAsync("503");
        await page.Locator(".delivery").First.ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Attempts" })).ToBeVisibleAsync();
        await Expect(page.Locator("main")).ToContainTextAsync("out of order");
        await Expect(page.Locator("main")).ToContainTextAsync("webhook-id: msg_");
        await TheStage.KeepPictureAsync(page, "webhook delivery");

        isBroken = false;
        await page.GetByRole(AriaRole.Button, new() { Name = "Send again" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("under the same id");
        await page.GetByRole(AriaRole.Link, new() { Name = "Requests to #mlops" }).ClickAsync();
        await Expect(page.Locator(".delivery").First).ToContainTextAsync("Delivered");
        await Expect(page.Locator("h1")).ToContainTextAsync("Healthy");
        Assert.Single(chat.Received.Where(r => r.Text.Contains("And again.", StringComparison.Ordinal)).Select(r => r.Id).Distinct());
        Assert.Empty(stage.Complaints);
    }

    private async Task RequestAsync(string version, string comment)
    {
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        await dana.CallAsync("/transition-requests/create", new { name = TheRegistry.Model, version, stage = "Production", comment });
    }
}
