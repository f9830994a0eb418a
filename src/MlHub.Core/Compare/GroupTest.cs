namespace MlHub.Compare;

/// <summary>Whether two groups of runs, such as two settings with several seeds each, differ by more than chance.</summary>
/// <param name="Difference">The second group's mean less the first's.</param>
/// <param name="PValue">How often a difference at least as large comes about where the groups are mixed at random.</param>
/// <param name="Divisions">How many ways of dividing the runs were tried.</param>
/// <param name="IsExact">Whether those were all ways.</param>
public sealed record GroupTest(double Difference, double PValue, int Divisions, bool IsExact)
{
    private const int MostDivisions = 20_000;

    // Sums of the same numbers in another order differ in their last digits.
    private const double Rounding = 1e-12;

    /// <summary>
    /// The two-sided permutation test of the difference of means (Fisher, "The Design of Experiments", 1935; Phipson and Smyth 2010 for
    /// the p value of a sample of permutations). It supposes nothing of how the values are spread. Null where a group has fewer than two values or a value is no number.
    /// </summary>
    public static GroupTest? OrNull(IReadOnlyList<double> first, IReadOnlyList<double> second)
    {
        double[] all = [.. first, .. second];
        if (first.Count < 2 || second.Count < 2 || !all.All(double.IsFinite))
        {
            return null;
        }

        var total = all.Sum();
        var difference = Difference(first.Sum());
        var least = Math.Abs(difference) - Rounding * all.Max(Math.Abs);
        var (asLarge, tried) = (0, 0);
        var ways = Ways(all.Length, first.Count);
        var isExact = ways <= MostDivisions;
        foreach (var sum in isExact ? AllSums(all, first.Count) : SampledSums(all, first.Count))
        {
            tried++;
            asLarge += Math.Abs(Difference(sum)) >= least ? 1 : 0;
        }

        // The observed division is one of all; of a sample it has to be counted in.
        return new(difference, isExact ? (double)asLarge / tried : (asLarge + 1.0) / (tried + 1), tried, isExact);

        double Difference(double sumOfFirst) => (total - sumOfFirst) / second.Count - sumOfFirst / first.Count;
    }

    private static double Ways(int n, int k)
    {
        var ways = 1.0;
        for (var i = 1; i <= k && ways <= MostDivisions; i++)
        {
            ways = ways * (n - k + i) / i;
        }

        return Math.Round(ways);
    }

    /// <summary>The sum of each way to take some of the values.</summary>
    private static IEnumerable<double> AllSums(double[] values, int take)
    {
        int[] taken = [.. Enumerable.Range(0, take)];
        while (true)
        {
            yield return taken.Sum(i => values[i]);
            var last = take - 1;
            while (last >= 0 && taken[last] == values.Length - take + last)
            {
                last--;
            }

            if (last < 0)
            {
                yield break;
            }

            taken[last]++;
            for (var i = last + 1; i < take; i++)
            {
                taken[i] = taken[i - 1] + 1;
            }
        }
    }

    /// <summary>The same of divisions drawn at random, always the same ones.</summary>
    private static IEnumerable<double> SampledSums(double[] values, int take)
    {
        var random = new Random(1);
        double[] mixed = [.. values];
        for (var i = 0; i < MostDivisions; i++)
        {
            random.Shuffle(mixed);
            yield return mixed.Take(take).Sum();
        }
    }
}
