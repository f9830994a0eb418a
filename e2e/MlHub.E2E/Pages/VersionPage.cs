using Microsoft.Playwright;

namespace MlHub.E2E.Pages;

public sealed class VersionPage(IPage page)
{
    public ILocator Stage => page.Locator(".stage-menu > summary");

    public ILocator Review => page.GetByRole(AriaRole.Complementary, new() { Name = "Review" });

    public ILocator Timeline => page.Locator(".timeline");

    public ILocator Approve => Review.GetByRole(AriaRole.Button, new() { Name = "Approve", Exact = true });

    /// <summary>A rule of the promotion policy by its title: class "met" or "unmet".</summary>
    public ILocator Rule(string title) => Review.Locator(".rule", new() { HasText = title });

    public async Task OpenAsync(string model, int version, string query = "")
    {
        await page.GotoAsync($"/models/{model}/versions/{version}{query}");
        await page.CircuitStandsAsync();
    }

    public Task OpenTabAsync(string name) => page.GetByRole(AriaRole.Navigation, new() { Name = "Parts of the version" }).GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();

    public async Task AskForAsync(string stage, string comment)
    {
        await Stage.ClickAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = $"Request transition to {stage}" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Comment").FillAsync(comment);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Send request" }).ClickAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Hidden });
    }

    /// <summary>The version before this one takes its place again, at once.</summary>
    public Task GoBackToAsync(int version) => page.GetByRole(AriaRole.Button, new() { Name = $"Back to v{version}", Exact = true }).ClickAsync();

    public async Task CommentAsync(string text)
    {
        await OpenTabAsync("Activity");
        var send = page.Locator(".composer").GetByRole(AriaRole.Button, new() { Name = "Comment" });

        // What is typed before the tab's circuit has come is forgotten.
        for (var attempt = 0; attempt < 150 && !await send.IsEnabledAsync(); attempt++)
        {
            await page.GetByPlaceholder("Leave a comment").FillAsync(text);
            await page.WaitForTimeoutAsync(200);
        }

        await send.ClickAsync();
    }

    public async Task ApproveAsync(string comment)
    {
        await Review.GetByPlaceholder("Comment").FillAsync(comment);
        await Approve.ClickAsync();
    }
}
