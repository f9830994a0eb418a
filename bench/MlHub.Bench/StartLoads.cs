namespace MlHub.Bench;

/// <summary>From the start of the process to its first answer.</summary>
internal static class StartLoads
{
    public const string Head = "| start to first answer, goal 1.5 s | seconds | CPU seconds of them |";

    private const int Times = 3;

    /// <summary>On a new data directory, and on the one that it left.</summary>
    public static IEnumerable<string> Small(string folder)
    {
        var (@new, existing) = (new List<HubProcess>(), new List<HubProcess>());
        for (var i = 0; i < Times; i++)
        {
            using var first = HubProcess.Launch(folder);
            @new.Add(first);
            using var second = first.Restart(folder);
            existing.Add(second);
        }

        return [Line($"new data directory, median of {Times}", @new), Line($"the same again, median of {Times}", existing)];
    }

    /// <summary>On what all the loads before have filled.</summary>
    public static IEnumerable<string> Filled(string folder, HubProcess hub)
    {
        using var again = hub.Restart(folder);
        return [Line("after all loads, with their data", [again])];
    }

    private static string Line(string what, List<HubProcess> starts) =>
        $"| {what} | {Median(starts.Select(s => s.Start.TotalSeconds)):F2} | {Median(starts.Select(s => s.StartCpuSeconds)):F2} |";

    private static double Median(IEnumerable<double> seconds) => seconds.Order().ElementAt(seconds.Count() / 2);
}
