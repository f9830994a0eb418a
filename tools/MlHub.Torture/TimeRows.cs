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
        Dictionary<string, string> faked = new() { ["LD_PRELOAD"] = FakeTime, ["FAKETIME_TIMESTAMP_FILE"] = clock, ["FAKETIME_NO_CACHE"] = "1", ["FAKETIME_DONT_FAKE_MONOTONIC"] = "1" };
        using var hub = patient.StartUnder([], faked);
        string[] jumps = ["+1h", "-1h", "+1d", "-1d", "+0"];
        var seen = await patient.LoadAsync(hub, async () =>
        {
            foreach (var jump in jumps)
            {
                await File.WriteAllTextAsync(clock, jump);
                await Task.Delay(patient.Options.For(4));
            }
        });
        BrokenPromiseException.Require(seen.Answers.Keys.All(k => k == 200), $"A jump of the clock was answered: {seen}");
        hub.Kill();
        await patient.RequireWholeAsync();
        return $"{string.Join(", ", jumps)}: {seen}";
    }
}
