using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using MlHub.E2E.Pages;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>The heart of the product: a change in the registry starts the team's own tools, and they answer on the page that somebody has open.</summary>
public sealed class LoopJourney(TheLoop loop) : IClassFixture<TheLoop>
{
    private readonly string _model = loop.Options.ModelName;

    [Fact]
    public async Task A_new_version_is_tested_by_a_bot_told_to_a_chat_and_approved_and_a_poorer_one_is_sent_back()
    {
        var page = await loop.SignInAsync("omar");
        var omar = new VersionPage(page);

        // The bot is called and holds its breath until somebody looks.
        loop.Gate.Pause();
        await loop.TrainBetterAsync();
        await omar.OpenAsync(_model, 2);
        await page.EvaluateAsync("window.neverReloaded = true");
        await Expect(omar.Review).ToContainTextAsync("Nobody asks for a transition");
        loop.Gate.Resume();

        await Expect(Check(page, "gate/schema", "passed")).ToBeVisibleAsync();
        await Expect(Check(page, "gate/metrics", "passed")).ToContainTextAsync("val_rmse");
        await Expect(Check(page, "gate/unit-tests", "passed")).ToContainTextAsync("2 known cases");
        await Expect(page.GetByTitle("gate.schema: passed")).ToBeVisibleAsync();
        await Expect(page.GetByTitle("gate.compared_with: 1")).ToBeVisibleAsync();
        var request = omar.Review.GetByRole(AriaRole.Article, new() { Name = "Request of model-gate for Production" });
        await Expect(request).ToContainTextAsync("On behalf of @dana");
        Assert.True(await page.EvaluateAsync<bool>("window.neverReloaded === true"));
        await TheStage.KeepPictureAsync(page, "loop good");

        await ToldAsync("model-gate asks to move");
        await page.GotoAsync(loop.Chat.Address.AbsoluteUri);
        await TheStage.KeepPictureAsync(page, "loop chat");
        await page.GetByRole(AriaRole.Article).Filter(new() { HasText = "asks to move" }).GetByRole(AriaRole.Link).First.ClickAsync();
        await page.CircuitStandsAsync();
        Assert.EndsWith($"/models/{_model}/versions/2", new Uri(page.Url).AbsolutePath, StringComparison.Ordinal);
        await omar.ApproveAsync("The bot likes it, and so do I.");
        await Expect(omar.Stage).ToHaveTextAsync("Production");
        await ToldAsync("omar");

        // Two columns were dropped from the training data.
        loop.Gate.Pause();
        await loop.TrainWithoutPlaceAsync();
        await omar.OpenAsync(_model, 3, "?tab=activity");
        await page.EvaluateAsync("window.neverReloaded = true");
        loop.Gate.Resume();

        await Expect(Check(page, "gate/schema", "failed")).ToContainTextAsync("latitude, longitude");
        await Expect(Check(page, "gate/unit-tests", "failed")).ToBeVisibleAsync();
        var comment = omar.Timeline.Locator(".comment", new() { HasText = "Missing columns" });
        await Expect(comment).ToContainTextAsync("@dana");
        await Expect(comment).ToContainTextAsync("latitude");
        await Expect(comment).ToContainTextAsync("longitude");
        await Expect(omar.Review).ToContainTextAsync("Nobody asks for a transition");
        await Expect(omar.Approve).ToHaveCountAsync(0);
        Assert.True(await page.EvaluateAsync<bool>("window.neverReloaded === true"));
        await TheStage.KeepPictureAsync(page, "loop poorer");
        await ToldAsync("model-gate commented");
        Assert.Empty(loop.Complaints);
    }

    private static ILocator Check(IPage page, string name, string state) =>
        page.GetByRole(AriaRole.Region, new() { Name = "Checks" }).Locator($".check-row.{state}", new() { HasTextRegex = new Regex($@"{Regex.Escape(name)}\b") });

    /// <summary>Waits until the chat was told so.</summary>
    private async Task ToldAsync(string word)
    {
        using var http = new HttpClient { BaseAddress = loop.Chat.Address };
        try
        {
            await Eventually.TrueAsync(async () => JsonNode.Parse(await http.GetStringAsync("/messages"))!.AsArray().Any(m => ((string)m!["text"]!).Contains(word, StringComparison.Ordinal)));
        }
        catch (TimeoutException e)
        {
            throw new TimeoutException(loop.Told, e);
        }
    }
}
