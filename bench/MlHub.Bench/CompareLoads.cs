using System.Text.Json;

namespace MlHub.Bench;

/// <summary>A thousand runs side by side, as a page and as a call.</summary>
internal sealed class CompareLoads(HubProcess hub, BenchOptions options, FilledRuns runs)
{
    private const int Compared = 1000;
    private const double Goal = 50;

    public IEnumerable<Figures> All()
    {
        var call = RawConnection.Request("POST", "/api/2.0/mlhub/compare/runs", JsonSerializer.Serialize(new { run_ids = runs.Ids.Take(Compared) }));
        yield return Load.Run(hub, $"compare {Compared:N0} runs, call", Goal, 1, options.Length, _ => call);
        RawConnection.Cookie = PageSession.SignInAsync(hub).GetAwaiter().GetResult();
        try
        {
            var page = RawConnection.Request("GET", runs.Compare(Compared), null);
            yield return Load.Run(hub, $"compare {Compared:N0} runs, page", Goal, 1, options.Length, _ => page);
            var insights = RawConnection.Request("GET", runs.Compare(Compared).Replace("/compare?", "/compare/insights?metric=m3&", StringComparison.Ordinal), null);
            yield return Load.Run(hub, "what explains a metric of theirs, when the page is seen", Goal, 1, options.Length, _ => insights);
        }
        finally
        {
            RawConnection.Cookie = null;
        }
    }
}
