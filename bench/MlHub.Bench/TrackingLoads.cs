using System.Globalization;
using System.Text;
using System.Text.Json;

namespace MlHub.Bench;

/// <summary>The loads of a tracking server, in the words of MLflow's REST API.</summary>
internal sealed class TrackingLoads(HubProcess hub, TimeSpan length)
{
    private const int Runs = 10_000, KeysPerRun = 20;

    private readonly string _experiment = JsonDocument.Parse(HubCalls.Call(hub, "/experiments/create", """{"name":"bench"}""")).RootElement.GetProperty("experiment_id").GetString()!;

    public IEnumerable<Figures> All()
    {
        foreach (var connections in new[] { 1, 8 })
        {
            var run = NewRun(0);
            yield return Load.Run(hub, "log-metric", connections, length, i => HubCalls.Post("/runs/log-metric", $$"""{"run_id":"{{run}}","key":"loss","value":{{Number(1.0 / i)}},"timestamp":{{1_700_000_000_000 + i}},"step":{{i}}}"""));
        }

        foreach (var connections in new[] { 1, 8 })
        {
            var run = NewRun(0);
            yield return Load.Run(hub, "log-batch of 1,000 metrics", connections, length, i => HubCalls.Post("/runs/log-batch", Batch(run, i)));
        }

        yield return Load.Run(hub, "create run", 1, length, i => HubCalls.Post("/runs/create", NewRunBody(i)));
        Fill();
        yield return Search("search 100 of 10,000 by a metric, sorted by it", """ "filter":"metrics.m1 > 0.5","order_by":["metrics.m1 DESC"] """);
        yield return Search("search 100 of 10,000, sorted by a metric", """ "order_by":["metrics.m2 ASC"] """);
        yield return Search("search 100 of 10,000 by metric, param and tag", """ "filter":"metrics.m1 > 0.9 and params.p1 = 'v6' and tags.grp = 'g3'","order_by":["metrics.m2 ASC"] """);
        yield return Search("search 100 of 10,000, newest first", """ "filter":"" """);
        yield return ReadOne();
        yield return History();
    }

    private Figures Search(string name, string what) =>
        Load.Run(hub, name, 1, length, _ => HubCalls.Post("/runs/search", $$"""{"experiment_ids":["{{_experiment}}"],"max_results":100,{{what}}}"""));

    private Figures ReadOne()
    {
        var run = NewRun(0);
        HubCalls.Call(hub, "/runs/log-batch", RunData(run, 1));
        return Load.Run(hub, "get run", 1, length, _ => RawConnection.Request("GET", $"{HubCalls.Api}/runs/get?run_id={run}", null));
    }

    private Figures History()
    {
        var run = NewRun(0);
        var points = Enumerable.Range(0, 1000).Select(i => $$"""{"key":"h","value":{{Number(i / 7.0)}},"timestamp":{{1_700_000_000_000 + i}},"step":{{i}}}""");
        HubCalls.Call(hub, "/runs/log-batch", $$"""{"run_id":"{{run}}","metrics":[{{string.Join(',', points)}}]}""");
        return Load.Run(hub, "history of 1,000 points", 1, length, _ => RawConnection.Request("GET", $"{HubCalls.Api}/metrics/get-history?run_id={run}&metric_key=h", null));
    }

    private void Fill()
    {
        for (var i = 0; i < Runs; i++)
        {
            HubCalls.Call(hub, "/runs/log-batch", RunData(NewRun(i), i));
        }
    }

    private string NewRun(int i) =>
        JsonDocument.Parse(HubCalls.Call(hub, "/runs/create", NewRunBody(i))).RootElement.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;

    private string NewRunBody(int i) =>
        $$"""{"experiment_id":"{{_experiment}}","start_time":{{1_700_000_000_000 + i}},"run_name":"run-{{i}}","tags":[{"key":"grp","value":"g{{i % 10}}"}]}""";

    private static string RunData(string run, int i)
    {
        var random = new Random(i);
        var metrics = Enumerable.Range(0, KeysPerRun).Select(k => $$"""{"key":"m{{k}}","value":{{Number(random.NextDouble())}},"timestamp":1700000000000,"step":0}""");
        var parameters = Enumerable.Range(0, KeysPerRun).Select(k => $$"""{"key":"p{{k}}","value":"v{{i * (k + 1) % 50}}"}""");
        return $$"""{"run_id":"{{run}}","metrics":[{{string.Join(',', metrics)}}],"params":[{{string.Join(',', parameters)}}]}""";
    }

    private static string Batch(string run, int n)
    {
        var text = new StringBuilder($$"""{"run_id":"{{run}}","metrics":[""", 90_000);
        for (var i = 0; i < 1000; i++)
        {
            var step = ((long)n * 100) + (i / 10);
            text.Append(CultureInfo.InvariantCulture, $$"""{{(i == 0 ? "" : ",")}}{"key":"m{{i % 10}}","value":{{Number(1.0 / (1 + step + i))}},"timestamp":{{1_700_000_000_000 + step}},"step":{{step}}}""");
        }

        return text.Append("]}").ToString();
    }

    private static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
