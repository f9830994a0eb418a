namespace MlHub.Bench;

/// <summary>What a browser asks for of an experiment's table of runs, in the name of somebody signed in to the page.</summary>
internal sealed class TableLoads(HubProcess hub, BenchOptions options, FilledRuns runs)
{
    private const double Goal = 50;

    public IEnumerable<Figures> All()
    {
        // Filled before the session is taken: that is done with calls.
        var experiment = runs.Experiment;
        RawConnection.Cookie = PageSession.SignInAsync(hub).GetAwaiter().GetResult();
        var columns = string.Concat(Enumerable.Range(0, 5).Select(i => $"&cols=metrics.m{i}&cols=params.p{i}"));
        var rows = $"/runs-table/rows?experiment_id={experiment}{columns}&fixed=status&fixed=started&fixed=duration";
        try
        {
            foreach (var (name, path) in new[]
            {
                ("first paint", $"/experiments/{experiment}"),
                ("first paint, sorted by a metric", $"/experiments/{experiment}?order_by=metrics.m2%20DESC"),
                ("rows, newest first", rows),
                ("rows, sorted by a metric", $"{rows}&order_by=metrics.m2%20DESC"),
                ("rows, sorted by a param", $"{rows}&order_by=params.p2%20DESC"),
                ("rows, a jump to the middle", $"{rows}&skip={options.Runs / 2}"),
                ("rows, the same sorted by a metric", $"{rows}&order_by=metrics.m2%20DESC&skip={options.Runs / 2}"),
                ("count", $"/runs-table/count?experiment_id={experiment}"),
                ("count of a filter", $"/runs-table/count?experiment_id={experiment}&filter=metrics.m1%20%3E%200.5"),
                ("columns found by their name", $"/runs-table/columns?experiment_id={experiment}&text=m1"),
                ("groups by a param, five metrics", $"{rows}&group=params.p1"),
            })
            {
                var request = RawConnection.Request("GET", path, null);
                var bytes = new RawConnection(hub.Port).Send(request).Body.Length;
                yield return Load.Run(hub, $"{name} ({bytes / 1024} KB)", Goal, 1, options.Length, _ => request);
            }
        }
        finally
        {
            RawConnection.Cookie = null;
        }
    }
}
