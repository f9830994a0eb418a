using System.Diagnostics;
using System.Globalization;

namespace MlHub.Bench;

/// <summary>A series of a million points as a chart of 2,000 pixels asks for it: when nobody has looked yet, again, and a part of it.</summary>
internal sealed class CurveLoads(HubProcess hub, BenchOptions options)
{
    private const int Points = 1_000_000, PerCall = 1000, Width = 2000;

    public IEnumerable<Figures> All()
    {
        var run = Filled();
        var whole = Ask(run, "");
        // Long series are outlined every two seconds while they grow.
        Thread.Sleep(TimeSpan.FromSeconds(3));
        yield return First(whole);
        foreach (var figures in Load.RunAll(hub, "curve of 1,000,000 points", 50, options.Length, _ => whole))
        {
            yield return figures;
        }

        var part = Ask(run, "&start_step=500000&end_step=509999");
        foreach (var figures in Load.RunAll(hub, "10,000 points of it", 50, options.Length, _ => part))
        {
            yield return figures;
        }
    }

    private static byte[] Ask(string run, string part) =>
        RawConnection.Request("GET", $"/api/2.0/mlhub/metrics/curves?run_ids={run}&metric_key=loss&max_points={Width}{part}", null);

    private Figures First(byte[] request)
    {
        using var connection = new RawConnection(hub.Port);
        var (cpu, watch) = (hub.CpuSeconds, Stopwatch.StartNew());
        var status = connection.Send(request).Status;
        var ms = watch.Elapsed.TotalMilliseconds;
        return new("curve of 1,000,000 points, first look", 1, 1000 / ms, ms, ms, ms, (hub.CpuSeconds - cpu) * 1000, 50, status == 200 ? 0 : 1);
    }

    private string Filled()
    {
        var run = new BenchRuns(hub).New();
        var random = new Random(1);
        for (var from = 0; from < Points; from += PerCall)
        {
            var points = Enumerable.Range(from, PerCall).Select(i =>
                string.Create(CultureInfo.InvariantCulture, $$"""{"key":"loss","value":{{Math.Exp(-i / 2e5) + (0.05 * random.NextDouble()):R}},"timestamp":{{1_700_000_000_000 + i}},"step":{{i}}}"""));
            HubCalls.Call(hub, "/runs/log-batch", $$"""{"run_id":"{{run}}","metrics":[{{string.Join(',', points)}}]}""");
        }

        return run;
    }
}
