namespace MlHub.Torture;

/// <summary>Time stands still, or jumps.</summary>
internal static class TimeRows
{
    private const string FakeTime = "/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1";

    public static IEnumerable<Scenario> All =>
    [
        new(13, "the process is stopped and goes on", PauseAsync),
        new(14, "the clock jumps by hours and days, both ways", JumpsAsync),
    ];

    private static async Task<string> PauseAsync(Patient patient)
    {
        using var hub = patient.Start();
        var seen = await patient.LoadAsync(hub, async () =>
        {
            Tools.Signal(hub.Id, "STOP");
            await Task.Delay(patient.Options.For(20));
            Tools.Signal(hub.Id, "CONT");
        });
        hub.Kill();
        await patient.RequireWholeAsync();
        return seen.ToString();
    }

    private static async Task<string> JumpsAsync(Patient patient)
    {
        if (!File.Exists(FakeTime))
        {
            throw new NotPossibleHereException("Debian's package faketime is not installed");
        }

        var clock = patient.At("clock");
        await File.WriteAllTextAsync(clock, "+0");
        Dictionary<string, string> faked = new() { ["LD_PRELOAD"] = FakeTime, ["FAKETIME_TIMESTAMP_FILE"] = clock, ["FAKETIME_CACHE_DURATION"] = "1", ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1" };
        using var hub = patient.StartUnder([], faked);
        using var client = new HttpClient { BaseAddress = await hub.ListeningAsync() };
        (string Name, double Hours)[] jumps = [("+1h", 1), ("-1h", -1), ("+1d", 24), ("-1d", -24), ("+0", 0)];
        var seen = await patient.LoadAsync(hub, async () =>
        {
            foreach (var (name, hours) in jumps)
            {
                await File.WriteAllTextAsync(clock, name);
                await Task.Delay(patient.Options.For(4));
                var made = await client.ReadAsync($"/experiments/get?experiment_id={await client.GivenExperimentAsync(name)}");
                var told = DateTimeOffset.FromUnixTimeMilliseconds((long)made["experiment"]!["creation_time"]!) - DateTimeOffset.UtcNow;
                BrokenPromiseException.Require(Math.Abs(told.TotalHours - hours) < 0.1, $"The clock should have jumped by {hours} hours, and did by {told}.");
            }
        });
        BrokenPromiseException.Require(seen.Answers.Keys.All(k => k == 200), $"A jump of the clock was answered: {seen}");
        hub.Kill();
        await patient.RequireWholeAsync();
        return $"{string.Join(", ", jumps.Select(j => j.Name))}: {seen}";
    }
}
