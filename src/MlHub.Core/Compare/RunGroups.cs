namespace MlHub.Compare;

/// <summary>Runs with the same settings but for their seed, and how their metric stands to that of the baseline's group.</summary>
/// <param name="Setting">The parameters that set the groups apart.</param>
/// <param name="Runs">The places of the runs in the comparison.</param>
/// <param name="Mean">The mean of their finite values.</param>
/// <param name="Deviation">The standard deviation of a sample; null for one run alone.</param>
/// <param name="Against">The test against the baseline's group; null for that group itself, and where too few runs tell nothing.</param>
public sealed record RunGroup(
    IReadOnlyList<KeyValuePair<string, string?>> Setting, IReadOnlyList<int> Runs, double Mean, double? Deviation, GroupTest? Against);

/// <summary>Groups runs by what was meant to differ, so that a regression can be told from the fluctuation between seeds.</summary>
public static class RunGroups
{
    private static readonly string[] SeedWords = ["seed", "random_state", "fold", "trial", "repeat", "replicate"];

    /// <summary>Whether a parameter only tells runs of one setting apart.</summary>
    public static bool IsSeed(string param) => SeedWords.Any(w => param.Contains(w, StringComparison.OrdinalIgnoreCase));

    /// <summary>The groups, that of the baseline first, or the largest where the baseline stands alone; then by their mean. Empty where no two runs share a setting.</summary>
    public static IReadOnlyList<RunGroup> Of(RunComparison comparison, ComparedMetric metric, int baseline)
    {
        var settings = comparison.Params.Where(p => p.Differs && !IsSeed(p.Key)).ToList();
        var groups = Enumerable.Range(0, metric.Values.Count).Where(r => metric.Values[r] is { } value && double.IsFinite(value))
            .GroupBy(r => string.Join('\u0001', settings.Select(s => s.Values[r] is { } text ? "=" + text : "")))
            .Select(g => g.ToList()).ToList();
        if (groups.TrueForAll(g => g.Count < 2))
        {
            return [];
        }

        var first = groups.FirstOrDefault(g => g.Count > 1 && g.Contains(baseline)) ?? groups.MaxBy(g => g.Count)!;
        double[] reference = Values(first);
        return [.. groups.Select(Group).OrderByDescending(g => g.Runs == first).ThenBy(g => g.Mean)];

        RunGroup Group(List<int> runs)
        {
            double[] values = Values(runs);
            var mean = values.Average();
            return new(
                [.. settings.Select(s => KeyValuePair.Create(s.Key, s.Values[runs[0]]))], runs, mean,
                values.Length > 1 ? Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1)) : null,
                runs == first ? null : GroupTest.OrNull(reference, values));
        }

        double[] Values(List<int> runs) => [.. runs.Select(r => metric.Values[r]!.Value)];
    }
}
