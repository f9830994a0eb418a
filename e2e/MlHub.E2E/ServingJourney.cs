using System.Text;
using System.Text.Json;
using Microsoft.Playwright;
using MlHub.Demo;
using MlHub.Demo.Boosting;
using MlHub.Demo.Onnx;
using MlHub.Web.Serving;
using MlHub.Web.Shell;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>Somebody has a model served, asks it by its columns, sees what each gave to the answer, and finds the request in the charts.</summary>
public sealed class ServingJourney(TheStage stage) : IClassFixture<TheStage>
{
    private const string Model = "served-prices";

    [Fact]
    public async Task A_model_is_served_asked_by_a_form_explained_and_watched()
    {
        await stage.Hub.GivenUserAsync("dana");
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        await GivenVersionAsync(dana);
        var page = await stage.SignInAsync("dana");

        await page.GotoAsync(HubUrls.Serving(Model));
        await page.GetByRole(AriaRole.Button, new() { Name = "Serve this model" }).ClickAsync();
        var call = page.GetByRole(AriaRole.Region, new() { Name = "Call the model" });
        await call.GetByLabel("sqft").FillAsync("a lot");
        await call.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(call.Locator(".wrong")).ToHaveTextAsync("Could not convert \"a lot\" to float.");

        await call.GetByLabel("sqft").FillAsync("2100");
        await call.GetByRole(AriaRole.Button, new() { Name = "Send" }).ClickAsync();
        await Expect(call.Locator(".call-answer")).ToContainTextAsync("predicted_price");
        var why = page.GetByRole(AriaRole.Region, new() { Name = "Why this answer" });
        await Expect(why.Locator("[data-explanation-waterfall] canvas").First).ToBeVisibleAsync();
        await Expect(why).ToContainTextAsync("Exact TreeSHAP");
        await Expect(why.GetByRole(AriaRole.Row, new() { Name = "sqft 2100" })).ToHaveCountAsync(1);
        await TheStage.KeepPictureAsync(page, "serving call");

        await page.GetByRole(AriaRole.Link, new() { Name = "Monitoring" }).ClickAsync();
        var row = page.Locator(".measures tbody tr");
        await Expect(row.Locator("td").Nth(1)).ToHaveTextAsync("2");
        await Expect(row.Locator("td").Nth(2)).ToHaveTextAsync("1");
        await Expect(page.Locator("[data-calls] canvas")).ToHaveCountAsync(3);

        // Another request is seen without a reload.
        await dana.AskAsync(HttpMethod.Post, HubUrls.Invocations(Model, "1"), new { inputs = new[] { HouseFeatures.Names.Select(_ => 1.0) } });
        await Expect(row.Locator("td").Nth(1)).ToHaveTextAsync("3");
        var pick = page.GetByRole(AriaRole.Button, new() { Name = "v1" });
        await pick.ClickAsync();
        await Expect(pick).ToHaveAttributeAsync("aria-pressed", "false");
        await pick.ClickAsync();
        await page.GetByRole(AriaRole.Link, new() { Name = "14 d" }).ClickAsync();
        await Expect(page.GetByRole(AriaRole.Link, new() { Name = "14 d" })).ToHaveAttributeAsync("aria-current", "true");
        await Expect(row.Locator("td").Nth(1)).ToHaveTextAsync("3");
        await Expect(page.GetByRole(AriaRole.Region, new() { Name = "Events" })).ToContainTextAsync("dana had the model served");
        await TheStage.KeepPictureAsync(page, "serving monitoring");
        Assert.Empty(stage.Complaints);
    }

    /// <summary>A version of trees, with a signature and a sample of homes.</summary>
    private static async Task GivenVersionAsync(HttpClient dana)
    {
        var data = HouseSales.Read(HouseSales.DefaultFile).Split(0.2, seed: 20);
        var fit = new GradientBoostedTrees(new() { Iterations = 20, MaxDepth = 4 });
        _ = fit.Fit(data.Training, data.Validation).Count();
        var experiment = await dana.GivenExperimentAsync("served");
        var run = await dana.GivenRunAsync(experiment, "trees");
        var inputs = JsonSerializer.Serialize(HouseFeatures.Names.Select(name => new { name, type = "double", required = true }));
        await dana.UploadAsync(experiment, run, "model/MLmodel", Encoding.UTF8.GetBytes($"flavors:\n  onnx:\n    data: model.onnx\nsignature:\n  inputs: '{inputs}'\n"));
        await dana.UploadAsync(experiment, run, "model/model.onnx", OnnxModel.Write(fit.Model, HouseFeatures.Names));
        await dana.UploadAsync(experiment, run, "model/input_example.json", JsonSerializer.SerializeToUtf8Bytes(new { columns = HouseFeatures.Names, data = data.Validation.Features.Take(60) }));
        await dana.CallAsync("/registered-models/create", new { name = Model });
        await dana.CallAsync("/model-versions/create", new { name = Model, source = $"runs:/{run}/model", run_id = run });
    }
}
