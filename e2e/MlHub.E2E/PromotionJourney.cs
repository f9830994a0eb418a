using Microsoft.Playwright;
using MlHub.E2E.Pages;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>The story of the product: one asks, the other sees it at once, reads, answers and decides, and everybody knows.</summary>
public sealed class PromotionJourney(TheStage stage) : IClassFixture<TheStage>
{
    // The promise is a second; the rest is for a busy machine.
    private static readonly LocatorAssertionsToHaveTextOptions AtOnce = new() { Timeout = 15_000 };

    [Fact]
    public async Task One_asks_the_other_sees_it_reads_the_difference_comments_and_approves()
    {
        using var emma = await stage.GivenPeopleAsync();
        await stage.GivenVersionsAsync(emma);
        var (danasPage, omarsPage) = (await stage.SignInAsync("dana"), await stage.SignInAsync("omar"));
        var (dana, omar) = (new VersionPage(danasPage), new VersionPage(omarsPage));
        await omar.OpenAsync(TheRegistry.Model, 2);
        await omarsPage.EvaluateAsync("window.neverReloaded = true");
        await dana.OpenAsync(TheRegistry.Model, 2);
        await Expect(omarsPage.GetByText("dana is looking too")).ToBeVisibleAsync();

        await dana.AskForAsync("Production", "RMSE is **lower**. @omar please look.");
        var request = omar.Review.GetByRole(AriaRole.Article, new() { Name = "Request of dana for Production" });
        await Expect(request).ToBeVisibleAsync();
        await Expect(request.GetByText("@omar")).ToBeVisibleAsync();
        await Expect(request.Locator(".telling", new() { HasText = "latency_ms" })).ToContainTextAsync("worse");

        await omar.Review.GetByPlaceholder("Comment").FillAsync("half a thought");
        await request.GetByRole(AriaRole.Link, new() { Name = "Full comparison" }).ClickAsync();
        await Expect(omarsPage.GetByRole(AriaRole.Region, new() { Name = "Metrics" })).ToContainTextAsync("−4.35 % better");
        await Expect(omarsPage.GetByRole(AriaRole.Region, new() { Name = "Schema" })).ToContainTextAsync("compatible");

        await omar.CommentAsync("How are the expensive homes?");
        await dana.OpenTabAsync("Activity");
        await Expect(dana.Timeline.GetByText("How are the expensive homes?")).ToBeVisibleAsync();
        await Expect(omar.Review.GetByPlaceholder("Comment")).ToHaveValueAsync("half a thought");

        await omar.ApproveAsync("Good.");
        await Expect(dana.Stage).ToHaveTextAsync("Production", AtOnce);
        await Expect(omar.Stage).ToHaveTextAsync("Production", AtOnce);
        await Expect(dana.Timeline).ToContainTextAsync("omar approved the request of dana for Production");
        await Expect(dana.Timeline).ToContainTextAsync("dana asked for Production");
        await Expect(dana.Timeline).ToContainTextAsync("Good.");
        Assert.True(await omarsPage.EvaluateAsync<bool>("window.neverReloaded === true"));

        await omarsPage.GotoAsync("/experiments");
        await Expect(danasPage.GetByText("omar is looking too")).ToHaveCountAsync(0);
        Assert.Empty(stage.Complaints);
    }
}
