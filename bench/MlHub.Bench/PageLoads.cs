using System.Globalization;

namespace MlHub.Bench;

/// <summary>Pages in a real browser: when the first of what they are for is seen, and how long the browser was ever busy at one stroke.</summary>
internal sealed class PageLoads(HubProcess hub, FilledRuns runs)
{
    public const string Head = "| page | seen after ms | bytes received | longest task ms (goal 200) |";

    public IEnumerable<string> All()
    {
        yield return Line($"table of {runs.Ids.Count:N0} runs", $"/experiments/{runs.Experiment}", "table tbody a");
        yield return Line("the same, sorted by a metric", $"/experiments/{runs.Experiment}?order_by=metrics.m2%20DESC", "table tbody a");
        yield return Line("1,000 runs compared", runs.Compare(Math.Min(1000, runs.Ids.Count)), "[data-chart-plot] canvas");
    }

    private string Line(string what, string address, string seen) => LineAsync(what, address, seen).GetAwaiter().GetResult();

    private async Task<string> LineAsync(string what, string address, string seen)
    {
        await using var browser = await Browser.OpenAsync(hub);
        await browser.Page.GotoAsync(address, new() { WaitUntil = Microsoft.Playwright.WaitUntilState.Commit });
        await browser.Page.Locator(seen).First.WaitForAsync();
        var after = await browser.Page.EvaluateAsync<double>("performance.now()");
        await browser.Page.WaitForTimeoutAsync(2000);
        await browser.Page.Mouse.WheelAsync(0, 4000);
        await browser.Page.WaitForTimeoutAsync(2000);
        var bytes = await browser.Page.EvaluateAsync<double>("performance.getEntries().reduce((sum, e) => sum + (e.transferSize ?? 0), 0)");
        var longest = await browser.LongestTaskAsync();
        return string.Create(CultureInfo.InvariantCulture, $"| {what} | {after:F0} | {bytes:N0} | {longest:F0} |");
    }
}
