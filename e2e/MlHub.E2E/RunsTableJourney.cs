using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MlHub.Web.Shell;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>A table of thousands of runs: scrolled to its end, used by keys, and as one person set it up seen by another.</summary>
public sealed partial class RunsTableJourney(TheStage stage) : IClassFixture<TheStage>
{
    private const int Runs = 2500;

    [Fact]
    public async Task Thousands_of_runs_are_scrolled_compared_by_keys_and_kept_as_a_view_for_a_colleague()
    {
        using var emma = await stage.GivenPeopleAsync();
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        var experiment = await GivenSweepAsync(dana);
        await dana.AskAsync(HttpMethod.Patch, $"/api/2.0/permissions/experiments/{experiment}", new { access_control_list = new[] { new { user_name = "emma", permission_level = "CAN_READ" } } });
        var page = await stage.SignInAsync("dana");

        await page.GotoAsync(HubUrls.Experiment(long.Parse(experiment)));
        await Expect(page.Locator("[data-count]")).ToHaveTextAsync("2,500 runs");
        await page.Locator("[data-scroll]").EvaluateAsync("s => s.scrollTop = s.scrollHeight / 2");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "trial 1250", Exact = true })).ToBeVisibleAsync();
        await page.Locator("[data-scroll]").EvaluateAsync("s => s.scrollTop = s.scrollHeight");
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "trial 0", Exact = true })).ToBeVisibleAsync();
        Assert.InRange(await page.Locator("[data-body] tr").CountAsync(), 10, 80);
        await TheStage.KeepPictureAsync(page, "runs 2500");

        await page.Keyboard.PressAsync("?");
        await Expect(page.GetByText("compare the selected runs")).ToBeVisibleAsync();
        await page.Keyboard.PressAsync("Escape");
        foreach (var key in (string[])["g", "x", "j", "j", "x", "k"])
        {
            await page.Keyboard.PressAsync(key);
        }

        await Expect(page.Locator(".selection")).ToContainTextAsync("2 selected");
        await Expect(page.Locator("tr.selected")).ToHaveCountAsync(2);
        await page.Keyboard.PressAsync("c");
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "Comparing 2 runs" })).ToBeVisibleAsync();

        await page.GotoAsync(HubUrls.Experiment(long.Parse(experiment)));
        await page.GetByRole(AriaRole.Button, new() { Name = "rmse", Exact = true }).ClickAsync();
        await Expect(page).ToHaveURLAsync(Sorted());
        await Expect(page.GetByRole(AriaRole.Button, new() { Name = "rmse, largest first" })).ToBeVisibleAsync();
        await page.GetByText("Views", new() { Exact = true }).ClickAsync();
        await page.GetByText("Save this view…").ClickAsync();
        await page.Locator("#view-name").FillAsync("best first");
        await page.GetByRole(AriaRole.Button, new() { Name = "Save", Exact = true }).ClickAsync();
        await Expect(page.Locator(".views .view-name")).ToHaveTextAsync("best first");

        var colleague = await stage.SignInAsync("emma");
        await colleague.GotoAsync(HubUrls.Experiment(long.Parse(experiment)));
        await colleague.GetByText("Views", new() { Exact = true }).ClickAsync();
        await colleague.GetByRole(AriaRole.Link, new() { Name = "best first" }).ClickAsync();
        await Expect(colleague.Locator("[data-body] tr").First).ToContainTextAsync("trial 0");
        await Expect(colleague.GetByRole(AriaRole.Button, new() { Name = "rmse, largest first" })).ToBeVisibleAsync();
        Assert.Empty(stage.Complaints);
    }

    private static async Task<string> GivenSweepAsync(HttpClient client)
    {
        var experiment = await client.GivenExperimentAsync("a long sweep");
        await Parallel.ForAsync(0, Runs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, async (i, _) =>
        {
            var made = await client.CallAsync("/runs/create", new { experiment_id = experiment, run_name = $"trial {i}", start_time = 1_700_000_000_000 + (i * 1000L) });
            await client.CallAsync("/runs/log-metric", new { run_id = (string)made["run"]!["info"]!["run_id"]!, key = "rmse", value = -i, timestamp = 1 });
        });
        return experiment;
    }

    [GeneratedRegex("order_by=metrics.rmse")]
    private static partial Regex Sorted();
}
