using System.Text;
using Microsoft.Playwright;
using MlHub.Testing.Serving;
using MlHub.Web.Serving;
using MlHub.Web.Shell;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>Somebody has a file of their own scored, watches it, finds the predictions; and scores a file of a run from where they see it.</summary>
public sealed class BatchJourney(TheStage stage) : IClassFixture<TheStage>
{
    private const int Rows = 600_000;

    [Fact]
    public async Task A_file_from_a_computer_is_brought_checked_scored_and_its_predictions_are_opened()
    {
        await stage.Hub.GivenUserAsync("dana");
        using var dana = stage.Hub.Basic("dana", TestHub.Password);
        var model = await dana.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        var page = await stage.SignInAsync("dana");
        await page.GotoAsync(HubUrls.Serving(model, ServingView.Batch));
        var form = page.GetByRole(AriaRole.Region, new() { Name = "Score a file" });
        var begin = form.GetByRole(AriaRole.Button, new() { Name = "Begin" });

        // What lacks a column is told at once. The keyboard opens the choice.
        await Expect(form.Locator("#batch-file")).ToBeEnabledAsync();
        await form.Locator("#batch-file").FocusAsync();
        var chooser = await page.RunAndWaitForFileChooserAsync(() => page.Keyboard.PressAsync("Enter"));
        await chooser.SetFilesAsync(File("wrong.csv", "a,c\n1,2\n"));
        await Expect(form.GetByRole(AriaRole.Alert)).ToHaveTextAsync($"wrong.csv lacks a column that version 1 of {model} needs: b. It has a, c.");
        await Expect(begin).ToBeDisabledAsync();

        // Another one is dropped, and its way here is seen.
        TaskCompletionSource seen = new();
        await page.RouteAsync("**/batch/upload*", async route =>
        {
            await seen.Task;
            await route.ContinueAsync();
        });
        await DropAsync(page, "rows.csv", "a,b\n" + string.Concat(Enumerable.Range(1, Rows).Select(i => $"{i},2\n")));
        await Expect(form.GetByRole(AriaRole.Progressbar, new() { Name = "Upload" })).ToBeVisibleAsync();
        await Expect(form.Locator("[data-sent]")).ToContainTextAsync("MB");
        seen.SetResult();
        await Expect(form.Locator(".batch-head tbody tr").First).ToHaveTextAsync("12");
        await Expect(form.GetByRole(AriaRole.Alert)).ToHaveCountAsync(0);
        await TheStage.KeepPictureAsync(page, "batch form");
        await begin.ClickAsync();

        var job = page.GetByRole(AriaRole.Region, new() { Name = "Batch job" });
        await Expect(job.GetByRole(AriaRole.Progressbar)).ToBeVisibleAsync();
        await Expect(job.Locator(".batch-state")).ToHaveTextAsync("done");
        await Expect(job.Locator(".batch-facts")).ToContainTextAsync("600,000 rows");
        await Expect(job.GetByRole(AriaRole.Region, new() { Name = "Output" }).Locator("tbody tr").First).ToHaveTextAsync("13");
        await Expect(job.Locator(".batch-provenance")).ToContainTextAsync("rows.csv");
        await TheStage.KeepPictureAsync(page, "batch job");
        Assert.Equal("""{"row":600000,"prediction":{"sum":600002}}""", (await OutputAsync(page, job)).Last());
        await page.ReloadAsync();
        await Expect(job.Locator(".batch-state")).ToHaveTextAsync("done");
        Assert.Empty(stage.Complaints);
    }

    [Fact]
    public async Task A_file_of_a_run_is_scored_from_where_it_is_seen()
    {
        await stage.Hub.GivenUserAsync("rosa");
        using var rosa = stage.Hub.Basic("rosa", TestHub.Password);
        var model = await rosa.GivenServedModelAsync(OnnxModels.Sum, ServedModelCalls.TwoDoubles);
        var experiment = await rosa.GivenExperimentAsync("scored");
        var run = await rosa.GivenRunAsync(experiment, "first");
        await rosa.UploadAsync(experiment, run, "data/rows.jsonl", Encoding.UTF8.GetBytes("{\"a\": 1, \"b\": 2}\n{\"a\": \"much\", \"b\": 2}\n"));
        var page = await stage.SignInAsync("rosa", width: 390);

        await page.GotoAsync(HubUrls.RunArtifact(long.Parse(experiment, System.Globalization.CultureInfo.InvariantCulture), run, "data/rows.jsonl"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Score with a model" }).ClickAsync();
        await page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Link, new() { Name = model }).ClickAsync();
        await Expect(page.Locator("#batch-path")).ToHaveValueAsync("data/rows.jsonl");
        await Expect(page.Locator(".batch-head tbody tr")).ToHaveTextAsync(["12", "much2"]);
        await page.GetByLabel("With the columns of the input").CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Begin" }).ClickAsync();

        var job = page.GetByRole(AriaRole.Region, new() { Name = "Batch job" });
        await Expect(job.Locator(".batch-state")).ToHaveTextAsync("done");
        await Expect(job.GetByRole(AriaRole.Region, new() { Name = "Output" }).Locator("th")).ToHaveTextAsync(["row", "a", "b", "sum", "error"]);
        await Expect(job.GetByRole(AriaRole.Region, new() { Name = "Refused rows" })).ToContainTextAsync("Row 2");
        Assert.Equal("""{"row":1,"input":{"a": 1, "b": 2},"prediction":{"sum":3}}""", (await OutputAsync(page, job)).First());
        Assert.Equal(0, await page.EvaluateAsync<int>("document.documentElement.scrollWidth - innerWidth"));
        Assert.Empty(stage.Complaints);
    }

    private static FilePayload File(string name, string text) => new() { Name = name, MimeType = "text/csv", Buffer = Encoding.UTF8.GetBytes(text) };

    private static async Task DropAsync(IPage page, string name, string text)
    {
        var data = await page.EvaluateHandleAsync("([name, text]) => { const data = new DataTransfer(); data.items.add(new File([text], name)); return data; }", new[] { name, text });
        await page.DispatchEventAsync("[data-drop]", "drop", new { dataTransfer = data });
    }

    private static async Task<IEnumerable<string>> OutputAsync(IPage page, ILocator job)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => job.GetByRole(AriaRole.Link, new() { Name = "Output" }).ClickAsync());
        return await System.IO.File.ReadAllLinesAsync(await download.PathAsync());
    }
}
