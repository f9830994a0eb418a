using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MlHub.Demo;
using MlHub.E2E.Pages;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>The promise of the first day: one link, one account, a model that learns before your eyes, and walls that hold.</summary>
public sealed class FirstDayJourney(TheStage stage) : IClassFixture<TheStage>
{
    private const string Password = "correct horse battery";

    [Fact]
    public async Task From_the_set_up_link_to_a_curve_that_grows_and_a_stranger_who_sees_nothing()
    {
        var ada = await stage.EnterAsync();
        await new SetUpForm(ada).CreateAsync(await stage.SetUpLinkAsync(), "ada", Password);
        using var admin = stage.Hub.Basic("ada", Password);
        await admin.CallAsync("/users/create", new { username = "dana", password = Password });
        await admin.CallAsync("/users/create", new { username = "omar", password = Password });
        var dana = await stage.SignInAsync("dana", Password);
        await Expect(dana.GetByText("No experiments yet")).ToBeVisibleAsync();

        using var stop = new CancellationTokenSource();
        var log = new StringWriter();
        var training = DemoTraining.RunAsync(stage.Address, "dana", Password, QuickDemo, log, stop.Token);

        await WatchItLearnAsync(dana);
        var demo = await training;
        Assert.All(demo.Runs, run => Assert.Equal("FINISHED", run.Status));
        await OpenArtifactsAsync(dana);
        await StrangerSeesNothingAsync(dana.Url);
        Assert.DoesNotContain(stage.Complaints, c => !c.Contains("404", StringComparison.Ordinal));
    }

    // Real training on the real data, only fewer and shorter runs than a newcomer sees; the last is paced to be watched.
    private static DemoOptions QuickDemo => new()
    {
        Plans =
        [
            TrainingPlan.Defaults[0] with { Boosting = TrainingPlan.Defaults[0].Boosting with { Iterations = 40 } },
            TrainingPlan.Defaults.Single(p => p.Live) with { Boosting = TrainingPlan.Defaults.Single(p => p.Live).Boosting with { Iterations = 100 } },
        ],
        SlowRunDelay = TimeSpan.FromMilliseconds(200),
    };

    /// <summary>The experiment and the run appear on open pages, and the curve grows on one, without a reload.</summary>
    private static async Task WatchItLearnAsync(IPage dana)
    {
        await dana.EvaluateAsync("window.neverReloaded = true");
        await dana.GetByRole(AriaRole.Link, new() { Name = "sacramento-house-prices" }).ClickAsync();
        await dana.GetByRole(AriaRole.Link, new() { Name = "watch-me-learn" }).ClickAsync();
        var run = new RunPage(dana);
        await run.OpenTabAsync("Metrics");

        var first = await run.PointsAboveAsync("val_rmse", 0);
        var second = await run.PointsAboveAsync("val_rmse", first);
        await run.PointsAboveAsync("val_rmse", second);

        Assert.True(await dana.EvaluateAsync<bool>("window.neverReloaded === true"));
        await Expect(run.Status).ToHaveTextAsync("Finished", new() { Timeout = 60_000 });
    }

    private static async Task OpenArtifactsAsync(IPage dana)
    {
        var run = new RunPage(dana);
        await run.OpenTabAsync("Artifacts");
        await dana.GetByRole(AriaRole.Link, new() { Name = "residuals.png" }).First.ClickAsync();
        var picture = dana.Locator("main img");
        await Expect(picture).ToBeVisibleAsync();
        await Expect(picture).ToHaveJSPropertyAsync("naturalWidth", 800);
        await dana.GotoAsync(dana.Url.Split("&path=")[0] + "&path=model/MLmodel");
        await Expect(dana.Locator("main").GetByText("latitude").First).ToBeVisibleAsync();
    }

    /// <summary>Neither the experiment nor a trace of it: no row, no count, the same page as for what does not exist.</summary>
    private async Task StrangerSeesNothingAsync(string runUrl)
    {
        var omar = await stage.SignInAsync("omar", Password);
        await Expect(omar.GetByText("No experiments yet")).ToBeVisibleAsync();
        await Expect(omar.GetByText("sacramento")).ToHaveCountAsync(0);

        var forbidden = await omar.GotoAsync(runUrl);
        var forbiddenText = await omar.Locator("main").InnerTextAsync();
        var absent = await omar.GotoAsync("/experiments/999/runs/00000000000000000000000000000000");
        Assert.Equal((404, 404), (forbidden!.Status, absent!.Status));
        Assert.Equal(await omar.Locator("main").InnerTextAsync(), forbiddenText);

        using var program = stage.Hub.Basic("omar", Password);
        Assert.Equal("{}", (await program.CallAsync("/experiments/search", new { max_results = 10 })).ToJsonString());
        Assert.Equal("{}", (await program.CallAsync("/runs/search", new JsonObject { ["experiment_ids"] = new JsonArray("1") })).ToJsonString());
    }
}
