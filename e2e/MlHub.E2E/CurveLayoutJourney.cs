using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>One sets the charts up and saves that; a colleague opens another run of the experiment with it.</summary>
public sealed class CurveLayoutJourney(TheStage stage) : IClassFixture<TheStage>
{
    [Fact]
    public async Task A_layout_of_curves_opens_for_a_colleague_and_a_zoom_shows_every_point()
    {
        await stage.Hub.GivenUserAsync("dana");
        await stage.Hub.GivenUserAsync("omar");
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        var experiment = await dana.GivenExperimentAsync("curves");
        var (first, second) = (await GivenRunAsync(dana, experiment), await GivenRunAsync(dana, experiment));
        await dana.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/experiments/{experiment}", new { access_control_list = new[] { new { user_name = "omar", permission_level = "CAN_READ" } } });

        var page = await stage.SignInAsync("dana");
        await page.GotoAsync($"/experiments/{experiment}/runs/{first}?tab=metrics");
        await Expect(page.Locator("[data-curve=loss] canvas")).ToBeVisibleAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Relative" }).ClickAsync();
        await page.GetByLabel("Search metrics").FillAsync("loss");
        await page.Locator(".views summary").ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Save this view…" }).ClickAsync();
        await page.Locator("#view-name").FillAsync("Loss by time");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.Locator(".views summary")).ToHaveTextAsync("Loss by time");

        var omar = await stage.SignInAsync("omar");
        await omar.GotoAsync($"/experiments/{experiment}/runs/{second}?tab=metrics");
        await Expect(omar.Locator("[data-curve=loss] canvas")).ToBeVisibleAsync();
        await omar.Locator(".views summary").ClickAsync();
        await omar.GetByRole(AriaRole.Link, new() { Name = "Loss by time" }).ClickAsync();
        await Expect(omar.GetByRole(AriaRole.Button, new() { Name = "Relative" })).ToHaveAttributeAsync("aria-pressed", "true");
        await Expect(omar.Locator("[data-curve=accuracy]")).ToBeHiddenAsync();
        await ZoomAsync(omar);
        Assert.Empty(stage.Complaints);
    }

    private static async Task ZoomAsync(IPage page)
    {
        var legend = page.Locator("[data-curve=loss] [data-legend]");
        await Expect(legend).ToContainTextAsync("3,000 points");
        var plot = (await page.Locator("[data-curve=loss] .u-over").BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(plot.X + plot.Width * 0.5f, plot.Y + plot.Height * 0.4f);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(plot.X + plot.Width * 0.6f, plot.Y + plot.Height * 0.4f, new() { Steps = 6 });
        await page.Mouse.UpAsync();
        await page.Mouse.MoveAsync(0, 0);
        await Expect(legend).ToHaveTextAsync(new System.Text.RegularExpressions.Regex("[23]\\d\\d of 3,000 points"));
    }

    private static async Task<string> GivenRunAsync(HttpClient dana, string experiment)
    {
        var run = await dana.GivenRunAsync(experiment);
        foreach (var steps in Enumerable.Range(0, 3000).Chunk(500))
        {
            await dana.CallAsync("/runs/log-batch", new
            {
                run_id = run,
                metrics = steps.SelectMany(i => new[] { new { key = "loss", value = Math.Sin(i / 50.0), timestamp = 1000L * i, step = i }, new { key = "accuracy", value = 1.0 / (i + 1), timestamp = 1000L * i, step = i } }),
            });
        }

        return run;
    }
}
