using Microsoft.Playwright;

namespace MlHub.Bench;

/// <summary>Chromium, signed in to the hub as whoever the loads call as.</summary>
internal sealed class Browser : IAsyncDisposable
{
    private readonly IPlaywright _playwright;
    private readonly IBrowser _browser;

    private Browser(IPlaywright playwright, IBrowser browser, IPage page) => (_playwright, _browser, Page) = (playwright, browser, page);

    public IPage Page { get; }

    public static async Task<Browser> OpenAsync(HubProcess hub)
    {
        var playwright = await Playwright.CreateAsync();
        var browser = await playwright.Chromium.LaunchAsync(new()
        {
            ExecutablePath = Environment.GetEnvironmentVariable("CHROMIUM") ?? "/usr/bin/chromium",
            Args = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        });
        var page = await browser.NewPageAsync(new() { BaseURL = $"http://127.0.0.1:{hub.Port}", ViewportSize = new() { Width = 1440, Height = 900 } });
        await page.AddInitScriptAsync("window.longTasks = []; new PerformanceObserver(list => longTasks.push(...list.getEntries().map(e => e.duration))).observe({ entryTypes: ['longtask'] });");
        await page.GotoAsync("/sign-in");
        await page.Locator("input[autocomplete*=username]").FillAsync(RawConnection.User);
        await page.Locator("input[type=password]").FillAsync(HubProcess.Password);
        await page.Locator("button[type=submit]").First.ClickAsync();
        await page.WaitForURLAsync(url => !url.Contains("sign-in", StringComparison.Ordinal));
        return new(playwright, browser, page);
    }

    /// <summary>The longest time in milliseconds for which the page could not answer its reader; 0 where it was always under 50.</summary>
    public Task<double> LongestTaskAsync() => Page.EvaluateAsync<double>("Math.max(0, ...longTasks)");

    public async ValueTask DisposeAsync()
    {
        await _browser.DisposeAsync();
        _playwright.Dispose();
    }
}
