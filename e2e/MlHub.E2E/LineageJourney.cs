using Microsoft.Playwright;
using MlHub.Web.Shell;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>From data to the version that was made from it, by clicks alone, and back to what the version stands on.</summary>
public sealed class LineageJourney(TheStage stage) : IClassFixture<TheStage>
{
    [Fact]
    public async Task A_dataset_leads_to_its_run_and_on_to_the_version()
    {
        await stage.Hub.GivenUserAsync("dana");
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        var experiment = await dana.GivenExperimentAsync("house prices");
        var run = await dana.GivenRunAsync(experiment, "trees of depth 3");
        await dana.CallAsync("/runs/log-inputs", new
        {
            run_id = run,
            datasets = new[] { new { dataset = new { name = "sales of May", digest = "may2026", source_type = "local", source = """{"uri": "sales.csv"}""", schema = """{"mlflow_colspec": [{"name": "beds", "type": "long"}]}""" } } },
        });
        await dana.UploadAsync(experiment, run, "model/weights", [1, 2, 3]);
        await dana.CallAsync("/registered-models/create", new { name = "prices" });
        await dana.CallAsync("/model-versions/create", new { name = "prices", source = $"runs:/{run}/model", run_id = run });
        await dana.CallAsync("/model-versions/transition-stage", new { name = "prices", version = "1", stage = "Staging" });
        var page = await stage.SignInAsync("dana");

        await page.GotoAsync(HubUrls.Run(long.Parse(experiment), run));
        await page.GetByRole(AriaRole.Link, new() { Name = "sales of May" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "sales of May", Level = 1 })).ToBeVisibleAsync();
        await Expect(page.GetByText("1 run, 1 model version depend on this")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Cell, new() { Name = "beds" })).ToBeVisibleAsync();
        await Expect(page.Locator(".lineage-lines path")).ToHaveCountAsync(2);
        await TheStage.KeepPictureAsync(page, "lineage of a dataset");

        await page.Locator(".lineage-node.run").ClickAsync();
        await Expect(page.Locator(".lineage-node.focus")).ToContainTextAsync("trees of depth 3");
        await page.Locator(".lineage-node.modelversion").ClickAsync();
        await Expect(page.Locator(".lineage-node.focus")).ToContainTextAsync("Staging");
        await Expect(page.GetByText("nothing depends on this")).ToBeVisibleAsync();
        await Expect(page.Locator(".lineage-lane li a.dataset")).ToContainTextAsync("sales of May");

        await page.SetViewportSizeAsync(390, 844);
        await Expect(page.Locator(".lineage-lines")).ToBeHiddenAsync();
        await Expect(page.Locator(".lineage-node.modelversion .lineage-from")).ToHaveTextAsync("from trees of depth 3");
        await page.Locator(".lineage-node.dataset").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Name = "sales of May", Level = 1 })).ToBeVisibleAsync();
        Assert.Empty(stage.Complaints);
    }
}
