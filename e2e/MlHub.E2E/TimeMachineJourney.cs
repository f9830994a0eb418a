using Microsoft.Playwright;
using MlHub.E2E.Pages;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>Who was in Production then?</summary>
public sealed class TimeMachineJourney(TheStage stage) : IClassFixture<TheStage>
{
    [Fact]
    public async Task The_past_is_one_click_away_and_nobody_can_change_it()
    {
        using var emma = await stage.GivenPeopleAsync();
        await stage.GivenVersionsAsync(emma);
        await emma.CallAsync("/registered-models/alias", new { name = TheRegistry.Model, alias = "champion", version = "1" });
        await Task.Delay(20);
        var then = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        await Task.Delay(20);
        await TheRegistry.MoveAsync(emma, 2, "Production");
        await emma.CallAsync("/registered-models/alias", new { name = TheRegistry.Model, alias = "champion", version = "2" });
        var page = await stage.SignInAsync("dana");

        await page.GotoAsync($"/models/{TheRegistry.Model}/versions/1?as_of={then}");
        var main = page.GetByRole(AriaRole.Main);
        await Expect(main).ToContainTextAsync("as it was on");
        await Expect(main.Locator(".title-line")).ToContainTextAsync("Production");
        await Expect(main.Locator(".title-line")).ToContainTextAsync("@champion");
        await Expect(main.Locator(".stage-menu")).ToHaveCountAsync(0);
        await Expect(main.GetByPlaceholder("Leave a comment")).ToHaveCountAsync(0);
        await Expect(main.Locator(".timeline")).Not.ToContainTextAsync("Archived");

        await main.GetByRole(AriaRole.Link, new() { Name = "Back to now" }).ClickAsync();
        await Expect(new VersionPage(page).Stage).ToHaveTextAsync("Archived");
        Assert.Empty(stage.Complaints);
    }
}
