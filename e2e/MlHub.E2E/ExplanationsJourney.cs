using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using MlHub.Demo;
using MlHub.Demo.Boosting;
using MlHub.Demo.Onnx;
using MlHub.Web.Shell;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>SHAP values of a version are computed while its page is open, drawn, and compared with those of another.</summary>
public sealed class ExplanationsJourney(TheStage stage) : IClassFixture<TheStage>
{
    private const string Model = "explained-prices";

    [Fact]
    public async Task SHAP_of_a_version_is_drawn_and_compared()
    {
        await stage.Hub.GivenUserAsync("dana");
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        await GivenVersionsAsync(dana);
        var page = await stage.SignInAsync("dana");

        foreach (var version in new[] { 1, 2 })
        {
            await page.GotoAsync(HubUrls.Version(Model, version, "explanations"));
            await page.GetByRole(AriaRole.Button, new() { Name = "Compute" }).ClickAsync();
            await Expect(page.GetByText("Exact TreeSHAP")).ToBeVisibleAsync(new() { Timeout = 60_000 });
        }

        await Expect(page.Locator(".explain-weights tbody tr").First).ToContainTextAsync("sqft");
        foreach (var chart in new[] { "swarm", "dependence", "waterfall" })
        {
            await Expect(page.Locator($"[data-explanation-{chart}] canvas").First).ToBeVisibleAsync();
        }

        await page.GetByLabel("Row", new() { Exact = true }).SelectOptionAsync("7");
        Assert.Contains("row=7", page.Url, StringComparison.Ordinal);
        await page.GetByLabel("Feature", new() { Exact = true }).SelectOptionAsync(new SelectOptionValue { Label = "beds" });
        Assert.Contains("feature=beds", page.Url, StringComparison.Ordinal);
        await page.ReloadAsync();
        await Expect(page.GetByLabel("Row", new() { Exact = true })).ToHaveValueAsync("7");
        await Expect(page.GetByLabel("Feature", new() { Exact = true }).Locator("option:checked")).ToHaveTextAsync("beds");
        await TheStage.KeepPictureAsync(page, "explanations");

        await page.GotoAsync(HubUrls.VersionCompare(Model, 2, 1));
        var slopes = page.GetByRole(AriaRole.Img, new() { Name = "How the features' ranks change" });
        await Expect(slopes).ToBeVisibleAsync();
        await Expect(slopes).ToContainTextAsync("sqft");
        Assert.True(await slopes.Locator("line").CountAsync() >= HouseFeatures.Names.Count - 1);
        await TheStage.KeepPictureAsync(page, "explanations compared");
        Assert.Empty(stage.Complaints);
    }

    /// <summary>Two versions of trees of different depth, each with a sample of homes.</summary>
    private static async Task GivenVersionsAsync(HttpClient dana)
    {
        var data = HouseSales.Read(HouseSales.DefaultFile).Split(0.2, seed: 20);
        var experiment = await dana.GivenExperimentAsync("explained");
        await dana.CallAsync("/registered-models/create", new { name = Model });
        foreach (var depth in new[] { 1, 4 })
        {
            var fit = new GradientBoostedTrees(new() { Iterations = 20, MaxDepth = depth });
            _ = fit.Fit(data.Training, data.Validation).Count();
            var run = await dana.GivenRunAsync(experiment, $"depth {depth}");
            await dana.UploadAsync(experiment, run, "model/MLmodel", Encoding.UTF8.GetBytes("flavors:\n  onnx:\n    data: model.onnx\n"));
            await dana.UploadAsync(experiment, run, "model/model.onnx", OnnxModel.Write(fit.Model, HouseFeatures.Names));
            await dana.UploadAsync(experiment, run, "model/input_example.json", JsonSerializer.SerializeToUtf8Bytes(new { columns = HouseFeatures.Names, data = data.Validation.Features.Take(60) }));
            await dana.CallAsync("/model-versions/create", new { name = Model, source = $"runs:/{run}/model", run_id = run });
        }
    }
}
