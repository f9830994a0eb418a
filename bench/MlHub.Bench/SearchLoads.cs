using System.Globalization;

namespace MlHub.Bench;

/// <summary>Pages of 100 out of many runs, each with 20 metrics and 20 params.</summary>
internal sealed class SearchLoads(HubProcess hub, BenchOptions options)
{
    private readonly BenchRuns _runs = new(hub);

    public IEnumerable<Figures> All()
    {
        Parallel.For(0, options.Runs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => _runs.Filled(i));
        var of = options.Runs.ToString("N0", CultureInfo.InvariantCulture);
        yield return Search($"search 100 of {of} by a metric, sorted by it", 1, """ "filter":"metrics.m1 > 0.5","order_by":["metrics.m1 DESC"] """);
        yield return Search($"search 100 of {of} by a metric, sorted by it", 8, """ "filter":"metrics.m1 > 0.5","order_by":["metrics.m1 DESC"] """);
        yield return Search($"search 100 of {of}, sorted by a metric", 1, """ "order_by":["metrics.m2 ASC"] """);
        yield return Search($"search 100 of {of} by metric, param and tag", 1, """ "filter":"metrics.m1 > 0.9 and params.p1 = 'v6' and tags.grp = 'g3'","order_by":["metrics.m2 ASC"] """);
        yield return Search($"search 100 of {of}, newest first", 1, """ "filter":"" """);
    }

    private Figures Search(string name, int connections, string what)
    {
        var search = HubCalls.Post("/runs/search", $$"""{"experiment_ids":["{{_runs.Experiment}}"],"max_results":100,{{what}}}""");
        return Load.Run(hub, name, connections, options.Length, _ => search);
    }
}
