using System.Diagnostics;
using System.Globalization;

namespace MlHub.Torture;

/// <summary>Nothing fails; it only goes on for long, or is much.</summary>
internal static class LengthRows
{
    public static IEnumerable<Scenario> All =>
    [
        new(39, "a long load", SoakAsync),
        new(40, "much data", MuchAsync),
    ];

    public static long ResidentMegabytes(int process) => Number(process, "status", "VmRSS:") / 1024;

    private static async Task<string> SoakAsync(Patient patient)
    {
        using var hub = patient.Start();
        List<(long Resident, long Handles, long Threads, long Log)> samples = [];
        var seen = await patient.LoadAsync(hub, async () =>
        {
            for (var i = 0; i < 12; i++)
            {
                await Task.Delay(patient.Options.For(15));
                samples.Add((ResidentMegabytes(hub.Id), Directory.GetFiles($"/proc/{hub.Id}/fd").Length, Number(hub.Id, "status", "Threads:"), new FileInfo(patient.Database + "-wal").Length >> 20));
            }
        });
        BrokenPromiseException.Require(seen.Answers.Keys.All(k => k == 200), $"Calls failed: {seen}");
        var half = samples[6..];
        var grows = half.Zip(half.Skip(1)).All(p => p.Second.Resident > p.First.Resident) && half[^1].Resident > half[0].Resident * 1.05;
        BrokenPromiseException.Require(!grows, $"It takes more and more memory: {string.Join(' ', half.Select(h => h.Resident))} MiB");
        BrokenPromiseException.Require(samples.Max(s => s.Log) < 256, "The write-ahead log grows.");
        await patient.RequireWholeAsync(hub);
        return $"{patient.Options.For(180).TotalMinutes:0} min, {seen}; resident {string.Join(' ', samples.Select(s => s.Resident))} MiB; handles {samples[0].Handles}…{samples[^1].Handles}, threads {samples[0].Threads}…{samples[^1].Threads}, log at most {samples.Max(s => s.Log)} MiB";
    }

    private static async Task<string> MuchAsync(Patient patient)
    {
        var (runs, points) = (patient.Options.Times(2000), 0);
        Stopwatch started;
        using (var hub = patient.Start())
        {
            using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
            var experiment = await client.GivenExperimentAsync("much");
            await Parallel.ForAsync(0, runs, new ParallelOptions { MaxDegreeOfParallelism = 16 }, async (i, _) =>
            {
                var run_id = await client.GivenRunAsync(experiment, $"run {i}");
                await client.CallAsync("/runs/log-batch", new { run_id, metrics = Enumerable.Range(0, 500).Select(s => new { key = $"m{s % 10}", value = s * i, timestamp = s, step = s }) });
                Interlocked.Add(ref points, 500);
            });
            hub.Kill();
            started = Stopwatch.StartNew();
        }

        using var again = patient.Start();
        using var reader = new HttpClient { BaseAddress = await again.ListeningAsync() };
        var start = started.Elapsed;
        List<double> pages = [];
        for (var i = 0; i < 40; i++)
        {
            var began = Stopwatch.GetTimestamp();
            (await reader.GetAsync(i % 2 == 0 ? "/experiments/1" : "/experiments")).EnsureSuccessStatusCode();
            await reader.CallAsync("/runs/search", new { experiment_ids = new[] { "1" }, filter = "metrics.m3 > 100", order_by = new[] { "metrics.m5 DESC" }, max_results = 100 });
            pages.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        pages.Sort();
        return $"{runs} runs, {points} points, database {new FileInfo(patient.Database).Length >> 20} MiB: start after a kill {start.TotalSeconds:0.0} s, page and search together {pages[20]:0} ms (p50), {pages[38]:0} ms (p95), {ResidentMegabytes(again.Id)} MiB resident";
    }

    private static long Number(int process, string file, string name) =>
        long.Parse(File.ReadLines($"/proc/{process}/{file}").First(l => l.StartsWith(name, StringComparison.Ordinal)).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
}
