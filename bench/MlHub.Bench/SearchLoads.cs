using System.Globalization;

namespace MlHub.Bench;

/// <summary>Pages of 100 out of many runs, each with 20 metrics and 20 params.</summary>
internal sealed class SearchLoads(HubProcess hub, BenchOptions options)
{
    private const int ManyRuns = 10_000;

    private readonly BenchRuns _runs = new(hub);

    public IEnumerable<Figures> All()
    {
        Parallel.For(0, options.Runs, new ParallelOptions { MaxDegreeOfParallelism = 4 }, i => _runs.Filled(i));
        var (of, goal) = (options.Runs.ToString("N0", CultureInfo.InvariantCulture), options.Runs <= ManyRuns ? 6 : 50);
        return new[]
        {
            ("by a metric, sorted by it", """ "filter":"metrics.m1 > 0.5","order_by":["metrics.m1 DESC"] """),
            ("sorted by a metric", """ "order_by":["metrics.m2 ASC"] """),
            ("by metric, param and tag", """ "filter":"metrics.m1 > 0.9 and params.p1 = 'v6' and tags.grp = 'g3'","order_by":["metrics.m2 ASC"] """),
            ("newest first", """ "filter":"" """),
        }.SelectMany(s => Search($"search 100 of {of}, {s.Item1}", goal, s.Item2));
    }

    private IEnumerable<Figures> Search(string name, double goal, string what)
    {
        var search = HubCalls.Post("/runs/search", $$"""{"experiment_ids":["{{_runs.Experiment}}"],"max_results":100,{{what}}}""");
        return Load.RunAll(hub, name, goal, options.Length, _ => search);
    }
}
