using Microsoft.Playwright;

namespace MlHub.E2E.Pages;

public static class Circuit
{
    /// <summary>Whatever is pressed before the circuit stands is lost, and a cookie that goes meanwhile leaves it half built.</summary>
    public static async Task CircuitStandsAsync(this IPage page)
    {
        await page.WaitForFunctionAsync("() => performance.getEntriesByType('resource').some(r => r.name.includes('_blazor/negotiate'))");
        await page.WaitForLoadStateAsync(LoadState.NetworkIdle);
    }
}
