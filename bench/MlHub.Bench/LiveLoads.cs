using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace MlHub.Bench;

/// <summary>A run that logs 2,000 points a second while its page is open: how often each chart is drawn, what it costs, and whether a point is lost.</summary>
internal sealed class LiveLoads(HubProcess hub, BenchOptions options)
{
    public const string Head = "| open page at 2,000 points/s | redraws/s of a chart (goal 4) | server CPU s a second | longest task in the browser ms (goal 200) | points sent | points stored |";

    private const int CallsPerSecond = 20, Series = 10, StepsPerCall = 10;

    // A chart writes its line of text once for each time that it gets new points.
    private const string Count =
        """
        window.redraws = 0;
        new MutationObserver(() => redraws++).observe(document.querySelector('[data-legend]'), { childList: true, characterData: true, subtree: true });
        """;

    private readonly BenchRuns _runs = new(hub);

    public IEnumerable<string> All() => [RunAsync().GetAwaiter().GetResult()];

    private async Task<string> RunAsync()
    {
        var run = _runs.New();
        Log(run, 0);
        await using var browser = await Browser.OpenAsync(hub);
        await browser.Page.GotoAsync($"/experiments/{_runs.Experiment}/runs/{run}?tab=metrics");
        await browser.Page.Locator(".chart canvas").First.WaitForAsync();
        await Task.Run(() => Train(run, 1, TimeSpan.FromSeconds(2)));
        await browser.Page.EvaluateAsync(Count);
        var (cpu, watch) = (hub.CpuSeconds, Stopwatch.StartNew());
        var calls = await Task.Run(() => Train(run, 1 + (2 * CallsPerSecond), options.Length));
        var seconds = watch.Elapsed.TotalSeconds;
        cpu = hub.CpuSeconds - cpu;
        var redraws = await browser.Page.EvaluateAsync<int>("redraws");
        var (shown, longest) = (await ShownAsync(browser.Page, Sent(calls)), await browser.LongestTaskAsync());
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {Series} series, {seconds:F0} s | {redraws / seconds:F1} | {cpu / seconds:F2} | {longest:F0} | {Sent(calls):N0} | {shown:N0} |");
    }

    // With the call that made the run and the two seconds of warming up.
    private static int Sent(int calls) => (1 + (2 * CallsPerSecond) + calls) * Series * StepsPerCall;

    /// <summary>Sends calls at an even pace; returns how many.</summary>
    private int Train(string run, int from, TimeSpan length)
    {
        var calls = (int)(length.TotalSeconds * CallsPerSecond);
        var watch = Stopwatch.StartNew();
        for (var i = 0; i < calls; i++)
        {
            var ahead = TimeSpan.FromSeconds((double)i / CallsPerSecond) - watch.Elapsed;
            Thread.Sleep(ahead > TimeSpan.Zero ? ahead : TimeSpan.Zero);
            Log(run, from + i);
        }

        return calls;
    }

    private void Log(string run, int call)
    {
        var points = Enumerable.Range(0, Series * StepsPerCall).Select(i =>
        {
            var step = (call * StepsPerCall) + (i / Series);
            return $$"""{"key":"loss_{{i % Series}}","value":{{BenchRuns.Number(1.0 / (1 + step))}},"timestamp":{{1_700_000_000_000 + step}},"step":{{step}}}""";
        });
        HubCalls.Call(hub, "/runs/log-batch", $$"""{"run_id":"{{run}}","metrics":[{{string.Join(',', points)}}]}""");
    }

    /// <summary>The points that the charts of the page count once the last ones have reached it.</summary>
    private static async Task<int> ShownAsync(IPage page, int expected)
    {
        const string Sum = "[...document.querySelectorAll('[data-legend]')].reduce((sum, e) => sum + Number((/([\\d,]+) points/.exec(e.textContent)?.[1] ?? '0').replaceAll(',', '')), 0)";
        var shown = 0;
        for (var i = 0; i < 50 && shown != expected; i++)
        {
            await Task.Delay(100);
            shown = await page.EvaluateAsync<int>(Sum);
        }

        return shown;
    }
}
