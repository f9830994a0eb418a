using System.Globalization;

namespace MlHub.Compare;

/// <summary>How much of a metric's differences a parameter explains.</summary>
/// <param name="Param">Its key.</param>
/// <param name="Importance">The rise of the forest's squared error where the parameter's values are mixed among the runs, as a part of the metric's variance; 0 where it tells nothing.</param>
/// <param name="Correlation">Spearman's rank correlation with the metric; null for a parameter that is no number.</param>
public sealed record ParamImportance(string Param, double Importance, double? Correlation)
{
    /// <summary>Fewer runs tell nothing.</summary>
    public const int LeastRuns = 8;

    /// <summary>
    /// Fits a random forest to the runs and asks of each parameter how much worse it foresees the runs that a tree has not seen when that
    /// parameter is mixed up (Breiman, "Random Forests", Machine Learning 45, 2001, section 10). The most telling first; empty for too few runs.
    /// </summary>
    public static IReadOnlyList<ParamImportance> Of(RunComparison comparison, ComparedMetric metric)
    {
        int[] runs = [.. Enumerable.Range(0, metric.Values.Count).Where(r => metric.Values[r] is { } value && double.IsFinite(value))];
        if (runs.Length < LeastRuns)
        {
            return [];
        }

        double[] target = [.. runs.Select(r => metric.Values[r]!.Value)];
        var told = comparison.Params.Where(p => p.Differs).Select(p => (p.Key, Coded: Coded([.. runs.Select(r => p.Values[r])]))).Where(p => p.Coded.Values.Distinct().Skip(1).Any()).ToList();
        var rises = new RegressionForest([.. told.Select(p => p.Coded.Values)], target).ErrorRises();
        return [.. told.Select((p, i) => new ParamImportance(p.Key, rises[i], p.Coded.AreNumbers ? RankCorrelation(p.Coded.Values, target) : null))
            .OrderByDescending(p => p.Importance).ThenBy(p => p.Param, StringComparer.Ordinal)];
    }

    /// <summary>Numbers as they are; texts by the order in which they first come; what a run lacks is below all.</summary>
    private static (double[] Values, bool AreNumbers) Coded(string?[] texts)
    {
        double?[] numbers = [.. texts.Select(t => double.TryParse(t, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : (double?)null)];
        if (texts.Zip(numbers).All(t => t.First is null || t.Second is not null))
        {
            var below = numbers.Min() - 1 ?? 0;
            return ([.. numbers.Select(n => n ?? below)], true);
        }

        List<string> known = [];
        return ([.. texts.Select(Code)], false);

        double Code(string? text)
        {
            if (text is null)
            {
                return -1;
            }

            if (!known.Contains(text))
            {
                known.Add(text);
            }

            return known.IndexOf(text);
        }
    }

    private static double RankCorrelation(double[] one, double[] other)
    {
        var (x, y) = (Ranks(one), Ranks(other));
        var (meanX, meanY) = (x.Average(), y.Average());
        var covariance = x.Zip(y).Sum(p => (p.First - meanX) * (p.Second - meanY));
        var spread = Math.Sqrt(x.Sum(v => (v - meanX) * (v - meanX)) * y.Sum(v => (v - meanY) * (v - meanY)));
        return spread == 0 ? 0 : covariance / spread;
    }

    /// <summary>Equal values share the mean of their ranks.</summary>
    private static double[] Ranks(double[] values)
    {
        var order = Enumerable.Range(0, values.Length).OrderBy(i => values[i]).ToArray();
        var ranks = new double[values.Length];
        for (var from = 0; from < order.Length;)
        {
            var to = from;
            while (to < order.Length && values[order[to]] == values[order[from]])
            {
                to++;
            }

            for (var i = from; i < to; i++)
            {
                ranks[order[i]] = (from + to - 1) / 2.0;
            }

            from = to;
        }

        return ranks;
    }
}
