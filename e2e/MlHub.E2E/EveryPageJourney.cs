using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using MlHub.Access;

namespace MlHub.E2E;

/// <summary>Every page, on a desk and on a phone, light and dark: it fits, and the browser has nothing to complain of.</summary>
public sealed class EveryPageJourney(TheStage stage) : IClassFixture<TheStage>
{
    private const string Model = "a-model-with-a-name-that-is-rather-long-for-a-telephone";

    private const string Robot = "robot-with-a-name-that-is-rather-long-for-a-telephone";
    private const string Somebody = "somebody.with.a.name.that.is.rather.long.for.a.telephone";

    [Fact]
    public async Task Every_page_fits_its_screen_without_a_complaint()
    {
        var admin = await stage.Hub.GivenUserAsync("dana", isAdmin: true);
        await stage.Hub.GivenUserAsync(Somebody);
        await stage.Hub.Services.GetRequiredService<ServiceAccounts>().CreateAsync(admin, Robot, default);
        await stage.Hub.Services.GetRequiredService<Groups>().CreateAsync(admin, "a group with a name that is rather long for a telephone", default);
        await stage.Hub.GivenTokenAsync(admin);
        using var program = stage.Hub.Basic("dana", TestHub.Password);
        var experiment = await program.GivenExperimentAsync("an experiment with <b>a name</b> that is rather long for a telephone");
        var run = await GivenRunAsync(program, experiment);
        await GivenModelAsync(program, run);

        var misfits = new List<string>();
        foreach (var (width, height, scheme) in new[] { (1440, 900, ColorScheme.Light), (390, 844, ColorScheme.Dark) })
        {
            var page = await stage.SignInAsync("dana", TestHub.Password, width, height, scheme);
            foreach (var path in Paths($"/experiments/{experiment}", run))
            {
                var before = stage.Complaints.Count;
                var answer = await page.GotoAsync(path);
                await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
                await TheStage.KeepPictureAsync(page, $"{width}{path}");

                if ((answer!.Status, await page.EvaluateAsync<int>("document.documentElement.scrollWidth"), await page.Locator("h1").CountAsync()) is var seen && seen != (200, width, 1))
                {
                    misfits.Add($"{path} at {width}: (status, width, headings) is {seen}");
                }

                misfits.AddRange(stage.Complaints.Skip(before).Select(complaint => $"{path} at {width}: {complaint}"));
            }
        }

        Assert.True(misfits.Count == 0, string.Join(Environment.NewLine, misfits));
        Assert.Empty(stage.Complaints);
    }

    private static IEnumerable<string> Paths(string experiment, string run) =>
    [
        "/experiments", "/experiments?view=deleted", experiment, $"{experiment}?filter=metrics.",
        $"{experiment}/runs/{run}", $"{experiment}/runs/{run}?tab=metrics", $"{experiment}/runs/{run}?tab=artifacts",
        "/models", "/models?view=awaiting", $"/models?as_of={Now}",
        .. new[] { "", "?tab=versions", "?tab=metrics", "?tab=card", "?tab=settings", $"?as_of={Now}" }.Select(q => $"/models/{Model}{q}"),
        .. new[] { "", "?tab=compare", "?tab=files", "?tab=activity", $"?as_of={Now}" }.Select(q => $"/models/{Model}/versions/2{q}"),
        "/inbox", "/inbox?view=unread", "/account", "/account/tokens", "/account/second-factor",
        "/admin/people", "/admin/groups", "/admin/service-accounts", $"/admin/service-accounts/{Robot}",
        "/admin/tokens", "/admin/rights", $"/admin/rights?user=dana&model={Model}", "/admin/audit",
    ];

    private static long Now => DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();

    private static async Task<string> GivenRunAsync(HttpClient program, string experiment)
    {
        var run = await program.GivenRunAsync(experiment, "<img src=x onerror=alert(1)>");
        await program.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = Enumerable.Range(0, 50).Select(i => new { key = "loss", value = i == 20 ? "NaN" : (object)(1.0 / (1 + i)), timestamp = 1_700_000_000_000 + (i * 1000), step = i }),
            @params = new[] { new { key = "a/very/long/parameter/name/that/goes/on", value = new string('v', 400) } },
            tags = new[] { new { key = "mlflow.note.content", value = "<script>alert(1)</script>" } },
        });
        return run;
    }

    private static async Task GivenModelAsync(HttpClient program, string run)
    {
        await program.CallAsync("/registered-models/create", new { name = Model, description = "<script>alert(1)</script>" });
        foreach (var source in new[] { "s3://bucket/one", "s3://bucket/two" })
        {
            await program.CallAsync("/model-versions/create", new { name = Model, source, run_id = run, tags = new[] { new { key = "a.key-that-goes-on", value = "<b>" + new string('v', 300) } } });
        }

        await program.CallAsync("/registered-models/alias", new { name = Model, alias = "an-alias-that-is-rather-long-for-a-telephone", version = "2" });
        await program.CallAsync("/databricks/model-versions/transition-stage", new { name = Model, version = "1", stage = "Production", archive_existing_versions = false });
        await program.CallAsync("/transition-requests/create", new { name = Model, version = "2", stage = "Production", comment = new string('c', 300) + " <img src=x onerror=alert(1)>" });
        await program.CallAsync("/comments/create", new { name = Model, version = "2", comment = "| a | b |\n| --- | --- |\n| " + new string('w', 200) + " | x |" });
    }
}
