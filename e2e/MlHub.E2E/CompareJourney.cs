using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MlHub.Web.Compare;
using MlHub.Web.Shell;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>A sweep of a thousand runs is laid side by side, and a stroke of the brush leaves those that matter.</summary>
public sealed partial class CompareJourney(TheStage stage) : IClassFixture<TheStage>
{
    private const int Runs = 1000;

    [Fact]
    public async Task A_thousand_runs_are_compared_and_brushed()
    {
        using var emma = await stage.GivenPeopleAsync();
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        var runs = await GivenSweepAsync(dana);
        var page = await stage.SignInAsync("dana");

        await page.GotoAsync(HubUrls.Compare(runs));

        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Comparing 1,000 runs" })).ToBeVisibleAsync();
        await Expect(page.Locator("[data-compare-table] tbody tr", new() { HasText = "val_rmse" })).ToContainTextAsync("−");
        await Expect(page.GetByText("What explains the difference?")).ToBeVisibleAsync();
        await Expect(page.Locator(".importance tbody tr").First).ToContainTextAsync("max_depth");
        await TheStage.KeepPictureAsync(page, "compare 1000");

        await page.GetByRole(AriaRole.Button, new() { Name = "Scatter" }).ClickAsync();
        await Expect(page.Locator("[data-chart-note]")).ToContainTextAsync("Drag a box");
        var plot = (await page.Locator("[data-chart-plot] canvas").First.BoundingBoxAsync())!;
        await page.Mouse.MoveAsync(plot.X + plot.Width * 0.3f, plot.Y + plot.Height * 0.2f);
        await page.Mouse.DownAsync();
        await page.Mouse.MoveAsync(plot.X + plot.Width * 0.6f, plot.Y + plot.Height * 0.8f, new() { Steps = 12 });
        await page.Mouse.UpAsync();

        await Expect(page.Locator("[data-compare-count]")).ToHaveTextAsync(Brushed());
        Assert.Contains("chart=scatter", page.Url, StringComparison.Ordinal);

        await page.Locator("[data-baseline]:enabled").First.ClickAsync();
        await Expect(page).ToHaveURLAsync(WithBaseline());
        await page.ReloadAsync();
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "Scatter" })).ToHaveAttributeAsync("aria-pressed", "true");
        Assert.Empty(stage.Complaints);
    }

    private static async Task<IReadOnlyList<string>> GivenSweepAsync(HttpClient client)
    {
        var experiment = await client.GivenExperimentAsync("a sweep");
        var runs = new string[Runs];
        await Parallel.ForAsync(0, Runs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            runs[i] = await client.GivenRunAsync(experiment, $"trial {i}");
            var (depth, rate) = (i % 8, (i * 37 % 100 + 1) / 100.0);
            await client.CallAsync("/runs/log-batch", new
            {
                run_id = runs[i],
                metrics = new[] { new { key = "val_rmse", value = 90 + (depth - 5) * (depth - 5) + rate, timestamp = 1 } },
                @params = new[] { new { key = "max_depth", value = $"{depth}" }, new { key = "rate", value = FormattableString.Invariant($"{rate}") }, new { key = "seed", value = $"{i % 5}" } },
            });
        });
        return runs;
    }

    [GeneratedRegex(@"of 1,000 runs brushed$")]
    private static partial Regex Brushed();

    [GeneratedRegex("baseline=[0-9a-f]{32}")]
    private static partial Regex WithBaseline();
}
