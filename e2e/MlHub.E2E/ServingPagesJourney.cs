using System.Text.Json;
using Microsoft.Playwright;
using MlHub.Testing.Serving;
using MlHub.Web.Serving;
using MlHub.Web.Shell;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>What a model's serving shows, of a model with a long name and many columns, on a desk and on a phone: it fits, every control has a name, and keys do what a mouse does.</summary>
public sealed class ServingPagesJourney(TheStage stage) : IClassFixture<TheStage>
{
    private const int Columns = 60;

    /// <summary>Controls that say nothing to who cannot see them.</summary>
    private const string Nameless = """
        [...document.querySelectorAll("main :is(button, a[href], input:not([type=hidden]), select, textarea, summary)")]
          .filter(e => e.checkVisibility() && !(e.getAttribute("aria-label") ?? "") && !e.labels?.length && !e.textContent.trim())
          .map(e => e.outerHTML.slice(0, 160))
        """;

    private static readonly string Model = "a-" + new string('n', 198);

    [Fact]
    public async Task Every_view_fits_its_screen_and_names_its_controls()
    {
        await stage.Hub.GivenUserAsync("dana", isAdmin: true);
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        await GivenModelAsync(dana);

        var faults = new List<string>();
        foreach (var (width, height, scheme) in new[] { (1440, 900, ColorScheme.Dark), (390, 844, ColorScheme.Light) })
        {
            var page = await stage.SignInAsync("dana", TestHub.Password, width, height, scheme);
            foreach (var path in Enum.GetValues<ServingView>().Select(view => HubUrls.Serving(Model, view)).Append("/admin/deployment-targets"))
            {
                await page.GotoAsync(path);
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                await Expect(page.Locator("main .skeleton")).ToHaveCountAsync(0);
                await TheStage.KeepPictureAsync(page, $"{width} {path[..Math.Min(20, path.Length)]} {path[^12..]}");
                if (await page.EvaluateAsync<int>("document.documentElement.scrollWidth") is var wide && wide != width)
                {
                    faults.Add($"{path} at {width} is {wide} wide");
                }

                faults.AddRange((await page.EvaluateAsync<string[]>(Nameless)).Select(control => $"{path} has a control without a name: {control}"));
                if (path.Contains("tab=serving", StringComparison.Ordinal) && !await page.EvaluateAsync<bool>(OpenOneIsInSight))
                {
                    faults.Add($"{path} at {width}: the view that is open is out of sight in its bar");
                }
            }
        }

        Assert.True(faults.Count == 0, string.Join(Environment.NewLine, faults));
        Assert.Empty(stage.Complaints);
    }

    [Fact]
    public async Task What_others_depend_on_is_asked_once_more_and_a_key_leaves_it()
    {
        await stage.Hub.GivenUserAsync("kim");
        using var kim = stage.Hub.Basic("kim", TestHub.Password);
        var model = await kim.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles, ServedModelCalls.Example);
        var page = await stage.SignInAsync("kim");
        await page.GotoAsync(HubUrls.Serving(model));
        var stop = page.GetByRole(AriaRole.Button, new() { Name = "Stop serving…" });
        var sure = page.GetByRole(AriaRole.Button, new() { Name = "Stop serving", Exact = true });
        await Expect(stop).ToBeEnabledAsync();

        await stop.FocusAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(sure).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Escape");
        await Expect(stop).ToBeFocusedAsync();
        Assert.True((bool)(await kim.ServingAsync(model))["enabled"]!);

        await page.Keyboard.PressAsync("Space");
        await Expect(sure).ToBeFocusedAsync();
        await page.Keyboard.PressAsync("Enter");
        await Expect(page.GetByText("This model is not served")).ToBeVisibleAsync();
        Assert.Empty(stage.Complaints);
    }

    private const string OpenOneIsInSight = """
        [...document.querySelectorAll(".tabs > [aria-current], .serving-views > [aria-current]")].length === 2 &&
        [...document.querySelectorAll(".tabs > [aria-current], .serving-views > [aria-current]")].every(open => {
          const [outer, inner] = [open.parentElement.getBoundingClientRect(), open.getBoundingClientRect()];
          return inner.left >= outer.left - 1 && inner.right <= outer.right + 1;
        })
        """;

    /// <summary>Served, with a version that cannot be loaded, a split, kept requests, a job that failed and a deployment that failed.</summary>
    private static async Task GivenModelAsync(HttpClient dana)
    {
        var inputs = JsonSerializer.Serialize(Enumerable.Range(1, Columns).Select(i => new { type = "double", name = $"a_column_with_a_name_that_is_rather_long_{i}", required = false }));
        await dana.GivenOnnxVersionAsync(Model, OnnxModels.Sum, ServedModelCalls.TwoDoubles, ServedModelCalls.Example);
        await dana.GivenOnnxVersionAsync(Model, OnnxModels.Product, inputs);
        await dana.GivenOnnxVersionAsync(Model, "no model"u8.ToArray(), inputs);
        await dana.MoveAsync(Model, "1", "Production");
        await dana.CallAsync("/registered-models/alias", new { name = Model, alias = new string('l', 120), version = "2" });
        await dana.EnableServingAsync(Model);
        await dana.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/capture", new { name = Model, share = 100, days = 7 });
        await dana.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/serving/traffic/set", new { name = Model, endpoint = "Production", kind = "SPLIT", version = "2", percent = 10 });
        foreach (var selector in new[] { "1", "3", "Production" })
        {
            await dana.InvokeAsync(Model, selector, new { inputs = new { a = 1.5, b = 2 } });
        }

        await dana.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/deployment-targets/create", new { name = new string('t', 100), kind = "TORCH_SERVE", url = $"http://127.0.0.1:9/{new string('p', 150)}", workers = 2 });
        await dana.AskAsync(HttpMethod.Post, "/api/2.0/mlhub/deployments/create", new { name = Model, target = new string('t', 100), version = "Production" });
        var file = new string('f', 120) + ".csv";
        var files = await dana.GivenFilesAsync((file, "a,b\n1,2\n"));
        await dana.GivenBatchAsync(new { name = Model, endpoint = "3", source = new { run_id = files, path = file } });
    }
}
