using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.Playwright;
using MlHub.E2E.Pages;
using static Microsoft.Playwright.Assertions;

namespace MlHub.E2E;

/// <summary>An application asks for prices; who approves a version changes what it is told, and who takes it back changes it back. Nobody touches the application.</summary>
public sealed class PriceJourney(TheLoop loop) : IClassFixture<TheLoop>
{
    private const string Home = "?beds=4&baths=2&sqft=2100&type=Residential&place=Folsom";

    private readonly string _model = loop.Options.ModelName;

    [Fact]
    public async Task An_approval_changes_the_price_at_the_same_address_and_going_back_changes_it_back()
    {
        // Here two people decide: the bot is not to ask before them.
        loop.Gate.Pause();
        await loop.RequireSecondPersonAsync();
        using var site = await loop.StartSiteAsync();
        using var http = new HttpClient { BaseAddress = site.Address };
        var first = await PriceFromAsync(http, "1");
        var visitor = await loop.EnterAsync(site.Address);
        await ShowsAsync(visitor, site, first, "1");
        await TheStage.KeepPictureAsync(visitor, "price first");
        await loop.TrainBetterAsync();
        Assert.Equal(first, await PriceFromAsync(http, "1"));

        var (dana, omar) = (new VersionPage(await loop.SignInAsync("dana")), new VersionPage(await loop.SignInAsync("omar")));
        await dana.OpenAsync(_model, 2);
        await dana.AskForAsync("Production", "Twice the trees, and closer to what homes are sold for.");
        await omar.OpenAsync(_model, 2);
        await omar.ApproveAsync("Let it tell prices.");
        await Expect(omar.Stage).ToHaveTextAsync("Production");
        await Expect(dana.Stage).ToHaveTextAsync("Production");
        var second = await PriceFromAsync(http, "2");
        Assert.NotEqual(first, second);
        await ShowsAsync(visitor, site, second, "2");

        // Four eyes approved version 1 once, so nobody is asked again.
        await dana.OpenAsync(_model, 2);
        await dana.GoBackToAsync(1);
        await Expect(dana.Stage).ToHaveTextAsync("Archived");
        Assert.Equal(first, await PriceFromAsync(http, "1"));
        await ShowsAsync(visitor, site, first, "1");
        await visitor.SetViewportSizeAsync(390, 844);
        await visitor.EmulateMediaAsync(new() { ColorScheme = ColorScheme.Dark });
        await TheStage.KeepPictureAsync(visitor, "price small");
        Assert.True(await visitor.EvaluateAsync<bool>("document.documentElement.scrollWidth <= innerWidth"));
        Assert.Empty(loop.Complaints);
    }

    /// <summary>Waits until the version answers: it may be loading while the one before it goes on to answer. No question goes without a price meanwhile.</summary>
    private static async Task<double> PriceFromAsync(HttpClient http, string version)
    {
        JsonNode answer = new JsonObject();
        await Eventually.TrueAsync(async () =>
        {
            answer = JsonNode.Parse(await http.GetStringAsync($"/price{Home}"))!;
            return (string?)answer["version"] == version;
        });
        return (double)answer["price"]!;
    }

    private static async Task ShowsAsync(IPage page, SampleProcess site, double price, string version)
    {
        await page.GotoAsync(new Uri(site.Address, Home).AbsoluteUri);
        var shown = page.GetByRole(AriaRole.Region, new() { Name = "Price" });
        await Expect(shown.Locator("output")).ToHaveTextAsync(string.Create(CultureInfo.InvariantCulture, $"${price:N0}"));
        await Expect(shown).ToContainTextAsync($"version {version}");
    }
}
