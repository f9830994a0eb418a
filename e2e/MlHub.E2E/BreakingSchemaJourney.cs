using Microsoft.Playwright;
using MlHub.E2E.Pages;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>A version with the best metrics that its callers could not call: whoever reviews it is told before they approve.</summary>
public sealed class BreakingSchemaJourney(TheStage stage) : IClassFixture<TheStage>
{
    [Fact]
    public async Task A_schema_that_breaks_callers_is_called_breaking_where_it_is_reviewed()
    {
        using var emma = await stage.GivenPeopleAsync();
        await stage.GivenVersionsAsync(emma);
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        await TheRegistry.GivenBreakingVersionAsync(dana);
        await dana.CallAsync("/transition-requests/create", new { name = TheRegistry.Model, version = "3", stage = "Production", comment = "The best so far." });
        var page = await stage.SignInAsync("omar");
        var omar = new VersionPage(page);

        await omar.OpenAsync(TheRegistry.Model, 3);

        var request = omar.Review.GetByRole(AriaRole.Article, new() { Name = "Request of dana for Production" });
        await Expect(request).ToContainTextAsync("breaking");
        await Expect(request).ToContainTextAsync("address");
        await request.GetByRole(AriaRole.Link, new() { Name = "Full comparison" }).ClickAsync();
        var schema = page.GetByRole(AriaRole.Region, new() { Name = "Schema" });
        await Expect(schema).ToContainTextAsync("breaking");
        await Expect(schema.Locator("tr.breaking")).ToHaveCountAsync(2);
        await TheStage.KeepPictureAsync(page, "breaking schema");

        await omar.OpenAsync(TheRegistry.Model, 2);
        await Expect(page.Locator("main")).Not.ToContainTextAsync("breaking");
        Assert.Empty(stage.Complaints);
    }
}
