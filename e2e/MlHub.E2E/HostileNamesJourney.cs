using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using MlHub.Access;

namespace MlHub.E2E;

/// <summary>
/// Attacks 49 and 50: whatever people name holds scripts for the next reader, and in a real browser none of them runs. A breach of
/// the content security policy would be a complaint of the browser.
/// </summary>
public sealed class HostileNamesJourney(TheStage stage) : IClassFixture<TheStage>
{
    private const string Image = "<img src=x onerror=window.pwned=1>", Vector = "<svg onload=window.pwned=2></svg>", Script = "\"'><script>window.pwned=3</script>";
    private const string Links = "[a](javascript:window.pwned=4) [b](data:text/html,<script>window.pwned=4</script>) ![c](x onerror=window.pwned=4) <style>@import url(//127.0.0.1:1/x.css)</style>";
    private const string Everything = Image + Vector + Script + Links;

    private static readonly string[] Files = ["x.html", "x.svg", "x.xml", "x.pdf", "x.png", "x.md", "x.csv", "x.json", "MLmodel", "<img src=x onerror=window.pwned=5>.txt"];

    private static readonly string[] FramePolicy = ["'unsafe-inline'", "\"img-src data: blob:\"", "\"default-src 'none'\""];

    [Fact]
    public async Task No_script_in_what_people_name_runs()
    {
        var dana = await stage.Hub.GivenUserAsync("dana", isAdmin: true);
        using var program = stage.Hub.Basic("dana", TestHub.Password);
        program.DefaultRequestHeaders.TryAddWithoutValidation("User-Agent", Everything);
        var experiment = await program.GivenExperimentAsync(Image + Vector);
        var run = await GivenRunAsync(program, experiment);
        var model = await GivenModelAsync(program, run);
        await stage.Hub.Services.GetRequiredService<Groups>().CreateAsync(dana, Image + Vector, default);
        await stage.Hub.Services.GetRequiredService<AccessTokens>().CreateAsync(dana, Image, Scopes.Training, TimeSpan.FromDays(1), default);

        var page = await stage.SignInAsync("dana");
        page.Dialog += (_, dialog) => stage.Complaints.Add($"A dialog opened: {dialog.Message}");
        var shown = 0;
        foreach (var path in Paths($"/experiments/{experiment}", run, $"/models/{Uri.EscapeDataString(model)}"))
        {
            var answer = await page.GotoAsync(path);
            await page.WaitForLoadStateAsync(LoadState.NetworkIdle);

            Assert.Equal(path.StartsWith("/no/", StringComparison.Ordinal) ? 404 : 200, answer!.Status);
            shown += (await page.Locator("main").InnerTextAsync()).Contains("pwned", StringComparison.Ordinal) ? 1 : 0;
            Assert.Equal(0, await page.EvaluateAsync<int>("window.pwned ?? 0"));
            Assert.Equal(0, await page.Locator("[onerror], [onload], [src='x'], a[href^='javascript'], a[href^='data'], body style").CountAsync());
        }

        Assert.True(shown > 20, $"Only {shown} pages show what was named.");
        // A picture that is none cannot be drawn; nothing else may be complained of.
        // Nor can what is in the frame of a page that was uploaded load anything, as its own policy says.
        Assert.All(stage.Complaints.Where(c => !FramePolicy.Any(c.Contains)), c => Assert.DoesNotContain("Content Security Policy", c, StringComparison.OrdinalIgnoreCase));
        Assert.All(stage.Complaints, c => Assert.DoesNotContain("dialog", c, StringComparison.OrdinalIgnoreCase));
        await FilesAreSavedAndNotOpenedAsync(page, run);
    }

    private static IEnumerable<string> Paths(string experiment, string run, string model) =>
    [
        "/experiments", experiment, $"{experiment}?filter={Uri.EscapeDataString(Script)}", $"/experiments?search={Uri.EscapeDataString(Everything)}",
        $"{experiment}/runs/{run}", $"{experiment}/runs/{run}?tab=metrics", $"{experiment}/runs/{run}?tab=artifacts",
        .. Files.Select(f => $"{experiment}/runs/{run}?tab=artifacts&path={Uri.EscapeDataString(f)}"), $"{experiment}/runs/{run}?tab={Uri.EscapeDataString(Everything)}",
        "/models", $"/models?search={Uri.EscapeDataString(Everything)}", model, $"{model}?tab=versions", $"{model}?tab=card", $"{model}?tab=settings",
        $"{model}/versions/1", $"{model}/versions/1?tab=activity", $"{model}/versions/1?tab=files", $"{model}/versions/2", $"{model}/versions/2?tab=compare",
        "/inbox", "/account", "/account/tokens", "/trash", "/admin/groups", "/admin/tokens", "/admin/audit", $"/admin/audit?actor={Uri.EscapeDataString(Everything)}", "/admin/rights", "/admin/people",
        $"/no/such/page?{Uri.EscapeDataString(Everything)}",
    ];

    /// <summary>Opened by their address, as somebody would who was sent a link.</summary>
    private static async Task FilesAreSavedAndNotOpenedAsync(IPage page, string run)
    {
        await page.GotoAsync("/experiments");
        foreach (var file in Files)
        {
            var saved = await page.RunAndWaitForDownloadAsync(() => page.EvaluateAsync("u => { location.href = u }", $"/get-artifact?run_id={run}&path={Uri.EscapeDataString(file)}"));

            Assert.Contains("/get-artifact", saved.Url, StringComparison.Ordinal);
            Assert.EndsWith("/experiments", page.Url, StringComparison.Ordinal);
        }
    }

    private static async Task<string> GivenRunAsync(HttpClient program, string experiment)
    {
        var run = await program.GivenRunAsync(experiment, Image + Script);
        await program.CallAsync("/experiments/set-experiment-tag", new { experiment_id = experiment, key = "mlflow.note.content", value = Everything });
        await program.CallAsync("/runs/log-batch", new
        {
            run_id = run,
            metrics = Enumerable.Range(0, 5).Select(i => new { key = "loss of img src onerror", value = i, timestamp = i + 1, step = i }),
            @params = new[] { new { key = "param", value = Everything } },
            tags = new[]
            {
                new { key = "mlflow.note.content", value = Everything }, new { key = "mlflow.source.name", value = "javascript:window.pwned=6" },
                new { key = "mlflow.source.git.repoURL", value = "javascript:window.pwned=6//github.com/a/b" }, new { key = "mlflow.source.git.commit", value = Image },
                new { key = "mlflow.user", value = Image }, new { key = "plain", value = Everything },
            },
        });
        await program.CallAsync("/runs/log-inputs", new
        {
            run_id = run,
            datasets = new[] { new { dataset = new { name = Image, digest = "<svg onload=window.pwned=7>", source_type = Image, source = Script, schema = $"{{\"x\":\"{Image}\"}}" } } },
        });
        foreach (var file in Files)
        {
            await program.UploadAsync(experiment, run, Uri.EscapeDataString(file), System.Text.Encoding.UTF8.GetBytes(Content(file)));
        }

        return run;
    }

    private static string Content(string file) => file switch
    {
        "MLmodel" => $"flavors:\n  \"{Image}\":\n    data: \"{Vector}\"\nrun_id: \"{Image}\"\nsignature:\n  inputs: '[{{\"type\":\"{Image}\",\"name\":\"{Vector}\"}}]'\n",
        "x.csv" => $"{Image},{Vector}\n\"{Image}\",=cmd|x\n",
        "x.json" => $"{{\"{Image}\":\"{Vector}\"}}",
        _ => Everything,
    };

    private static async Task<string> GivenModelAsync(HttpClient program, string run)
    {
        const string name = "<img src=x onerror=window.pwned=8>";
        await program.CallAsync("/registered-models/create", new { name, description = Everything, tags = new[] { new { key = "tag", value = Everything } } });
        for (var i = 0; i < 2; i++)
        {
            await program.CallAsync("/model-versions/create", new { name, source = $"runs:/{run}/MLmodel", run_id = run, description = Everything, tags = new[] { new { key = "tag", value = Everything } } });
        }

        await program.CallAsync("/transition-requests/create", new { name, version = "1", stage = "Production", comment = Everything });
        await program.CallAsync("/comments/create", new { name, version = "1", comment = $"{Everything}\n\n@dana # {Image}\n\n| {Image} | {Vector} |\n| --- | --- |\n| {Script} | x |" });
        return name;
    }
}
