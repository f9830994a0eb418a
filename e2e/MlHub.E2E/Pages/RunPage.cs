using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace MlHub.E2E.Pages;

public sealed partial class RunPage(IPage page)
{
    public ILocator Status => page.Locator(".page-head .chip");

    public Task OpenTabAsync(string name) => page.GetByRole(AriaRole.Navigation, new() { Name = "Parts of the run" }).GetByRole(AriaRole.Link, new() { Name = name }).ClickAsync();

    /// <summary>How many points the chart of a metric says that it shows.</summary>
    public async Task<int> PointsAsync(string metric)
    {
        var legend = page.Locator($"[data-curve='{metric}'] [data-legend]");
        await legend.WaitForAsync();
        var count = PointCount().Match(await legend.InnerTextAsync());
        return count.Success ? int.Parse(count.Groups[1].Value.Replace(",", "", StringComparison.Ordinal), CultureInfo.InvariantCulture) : 0;
    }

    public async Task<int> PointsAboveAsync(string metric, int above)
    {
        for (var i = 0; i < 600; i++)
        {
            if (await PointsAsync(metric) is var points && points > above)
            {
                return points;
            }

            await page.WaitForTimeoutAsync(100);
        }

        throw new TimeoutException($"The curve of {metric} did not grow beyond {above} points.");
    }

    [GeneratedRegex(@"([\d,]+) points")]
    private static partial Regex PointCount();
}
