using System.Globalization;
using System.Text;

namespace MlHub.Bench;

/// <summary>What training jobs send: one metric a call, or a thousand.</summary>
internal sealed class LogLoads(HubProcess hub, BenchOptions options)
{
    private readonly BenchRuns _runs = new(hub);

    public IEnumerable<Figures> Metrics()
    {
        var run = _runs.New();
        return Load.RunAll(hub, "log-metric", 0.3, options.Length, i => HubCalls.Post("/runs/log-metric", $$"""{"run_id":"{{run}}","key":"loss","value":{{BenchRuns.Number(1.0 / i)}},"timestamp":{{1_700_000_000_000 + i}},"step":{{i}}}"""));
    }

    public IEnumerable<Figures> Batches()
    {
        var run = _runs.New();
        return Load.RunAll(hub, "log-batch of 1,000 metrics", 8, options.Length, i => HubCalls.Post("/runs/log-batch", Batch(run, i)));
    }

    /// <summary>Ten metrics, a hundred steps of each.</summary>
    private static string Batch(string run, int n)
    {
        var text = new StringBuilder($$"""{"run_id":"{{run}}","metrics":[""", 90_000);
        for (var i = 0; i < 1000; i++)
        {
            var step = ((long)n * 100) + (i / 10);
            text.Append(CultureInfo.InvariantCulture, $$"""{{(i == 0 ? "" : ",")}}{"key":"m{{i % 10}}","value":{{BenchRuns.Number(1.0 / (1 + step + i))}},"timestamp":{{1_700_000_000_000 + step}},"step":{{step}}}""");
        }

        return text.Append("]}").ToString();
    }
}
