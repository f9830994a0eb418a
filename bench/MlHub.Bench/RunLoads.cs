namespace MlHub.Bench;

/// <summary>One run at a time: created, read, and the history of a metric of it.</summary>
internal sealed class RunLoads(HubProcess hub, BenchOptions options)
{
    private const int Points = 1000;

    private readonly BenchRuns _runs = new(hub);

    public IEnumerable<Figures> Create() => Load.RunAll(hub, "create run", 1, options.Length, i => HubCalls.Post("/runs/create", _runs.Body(i)));

    public IEnumerable<Figures> Get()
    {
        var get = HubCalls.Get($"/runs/get?run_id={_runs.Filled(1)}");
        return Load.RunAll(hub, "get run", 0.7, options.Length, _ => get);
    }

    public IEnumerable<Figures> History()
    {
        var run = _runs.New();
        var points = Enumerable.Range(0, Points).Select(i => $$"""{"key":"h","value":{{BenchRuns.Number(i / 7.0)}},"timestamp":{{1_700_000_000_000 + i}},"step":{{i}}}""");
        HubCalls.Call(hub, "/runs/log-batch", $$"""{"run_id":"{{run}}","metrics":[{{string.Join(',', points)}}]}""");
        var get = HubCalls.Get($"/metrics/get-history?run_id={run}&metric_key=h");
        return Load.RunAll(hub, "history of 1,000 points", 3, options.Length, _ => get);
    }
}
