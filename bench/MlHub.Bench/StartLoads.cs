namespace MlHub.Bench;

/// <summary>From the start of the process to its first answer, on a new and on an existing data directory.</summary>
internal static class StartLoads
{
    private const int Times = 3;

    public static string Measure(string folder)
    {
        var (@new, existing) = (new List<double>(), new List<double>());
        for (var i = 0; i < Times; i++)
        {
            using var first = HubProcess.Launch(folder);
            @new.Add(first.Start.TotalSeconds);
            using var second = first.Restart(folder);
            existing.Add(second.Start.TotalSeconds);
        }

        return $"start to first answer (median of {Times}): new data directory {Median(@new):F2} s, existing {Median(existing):F2} s";
    }

    private static double Median(List<double> seconds) => seconds.Order().ElementAt(seconds.Count / 2);
}
