using System.Globalization;
using System.Text.Json;

namespace MlHub.Bench;

/// <summary>An experiment of the bench, and the runs that are put into it.</summary>
internal sealed class BenchRuns(HubProcess hub)
{
    private const int KeysPerRun = 20;

    public string Experiment { get; } = HubCalls.Text(HubCalls.Call(hub, "/experiments/create", $$"""{"name":"bench-{{Guid.NewGuid()}}"}"""), "experiment_id");

    public string New(int i = 0) =>
        JsonDocument.Parse(HubCalls.Call(hub, "/runs/create", Body(i))).RootElement.GetProperty("run").GetProperty("info").GetProperty("run_id").GetString()!;

    public string Body(int i) =>
        $$"""{"experiment_id":"{{Experiment}}","start_time":{{1_700_000_000_000 + i}},"run_name":"run-{{i}}","tags":[{"key":"grp","value":"g{{i % 10}}"}]}""";

    /// <summary>A run with 20 metrics and 20 params.</summary>
    public string Filled(int i)
    {
        var (run, random) = (New(i), new Random(i));
        var metrics = Enumerable.Range(0, KeysPerRun).Select(k => $$"""{"key":"m{{k}}","value":{{Number(random.NextDouble())}},"timestamp":1700000000000,"step":0}""");
        var parameters = Enumerable.Range(0, KeysPerRun).Select(k => $$"""{"key":"p{{k}}","value":"v{{i * (k + 1) % 50}}"}""");
        HubCalls.Call(hub, "/runs/log-batch", $$"""{"run_id":"{{run}}","metrics":[{{string.Join(',', metrics)}}],"params":[{{string.Join(',', parameters)}}]}""");
        return run;
    }

    public static string Number(double value) => value.ToString("R", CultureInfo.InvariantCulture);
}
