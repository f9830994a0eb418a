using Microsoft.Playwright;

namespace MlHub.E2E;

/// <summary>Every page, on a desk and on a phone, light and dark: it fits, and the browser has nothing to complain of.</summary>
public sealed class EveryPageJourney(TheStage stage) : IClassFixture<TheStage>
{
    [Fact]
    public async Task Every_page_fits_its_screen_without_a_complaint()
    {
        await stage.Hub.GivenUserAsync("dana");
        using var program = stage.Hub.Basic("dana", TestHub.Password);
        var experiment = await program.GivenExperimentAsync("an experiment with <b>a name</b> that is rather long for a telephone");
        var run = await program.GivenRunAsync(experiment, "<img src=x onerror=alert(1)>");
        await program.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = Enumerable.Range(0, 50).Select(i => new { key = "loss", value = i == 20 ? "NaN" : (object)(1.0 / (1 + i)), timestamp = 1_700_000_000_000 + (i * 1000), step = i }),
            @params = new[] { new { key = "a/very/long/parameter/name/that/goes/on", value = new string('v', 400) } },
            tags = new[] { new { key = "mlflow.note.content", value = "<script>alert(1)</script>" } },
        });
        foreach (var (width, height, scheme) in new[] { (1440, 900, ColorScheme.Light), (390, 844, ColorScheme.Dark) })
        {
            var page = await stage.SignInAsync("dana", TestHub.Password, width, height, scheme);
            foreach (var path in new[] { "/experiments", "/experiments?view=deleted", $"/experiments/{experiment}", $"/experiments/{experiment}?filter=metrics.", $"/experiments/{experiment}/runs/{run}", $"/experiments/{experiment}/runs/{run}?tab=metrics", $"/experiments/{experiment}/runs/{run}?tab=artifacts", "/account/tokens" })
            {
                var answer = await page.GotoAsync(path);
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

                Assert.Equal((path, 200), (path, answer!.Status));
                Assert.Equal((path, width), (path, await page.EvaluateAsync<int>("document.documentElement.scrollWidth")));
                Assert.Equal(1, await page.Locator("h1").CountAsync());
            }
        }

        Assert.Empty(stage.Complaints);
    }
}
