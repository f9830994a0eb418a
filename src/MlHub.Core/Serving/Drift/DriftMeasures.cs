namespace MlHub.Serving.Drift;

/// <summary>Measures of how far two samples are from being drawn from one distribution.</summary>
public static class DriftMeasures
{
    /// <summary>From here on a population has shifted somewhat, and from <see cref="Large"/> on considerably (Siddiqi, "Credit Risk Scorecards", 2006, ch. 9).</summary>
    public const double Moderate = 0.1;

    /// <summary>See <see cref="Moderate"/>.</summary>
    public const double Large = 0.25;

    /// <summary>What each bin counts beyond its values, so that an empty one has a logarithm.</summary>
    public const double Smoothing = 0.5;

    /// <summary>How small a p-value must be for two samples to be told to differ.</summary>
    public const double Significance = 0.01;

    /// <summary>
    /// The population stability index, Σ (qᵢ − pᵢ)·ln(qᵢ/pᵢ) over the bins, where p are the shares of the first sample and q those of the second (Siddiqi 2006; it is
    /// the symmetric divergence of Kullback and Leibler, "On Information and Sufficiency", 1951). Each share is (count + ½)/(all + ½·bins). 0 is none; it has no upper bound.
    /// </summary>
    /// <param name="expected">Counts of the first sample by bin.</param>
    /// <param name="actual">Counts of the second in the same bins.</param>
    public static double StabilityIndex(IReadOnlyList<long> expected, IReadOnlyList<long> actual)
    {
        var (all, others, bins) = (expected.Sum(), actual.Sum(), expected.Count);
        var sum = 0.0;
        for (var i = 0; i < bins; i++)
        {
            var (p, q) = ((expected[i] + Smoothing) / (all + (Smoothing * bins)), (actual[i] + Smoothing) / (others + (Smoothing * bins)));
            sum += (q - p) * Math.Log(q / p);
        }

        return sum;
    }

    /// <summary>
    /// The two-sample Kolmogorov–Smirnov statistic D = sup |F₁ − F₂|, from 0 to 1, and how likely one as large is where both samples are of one distribution:
    /// Q(λ) = 2·Σ (−1)^(j−1)·exp(−2·j²·λ²) at λ = (√n + 0.12 + 0.11/√n)·D with n = n₁·n₂/(n₁ + n₂) (Stephens 1970; Press et al., "Numerical Recipes", 3rd ed., 14.3.3).
    /// </summary>
    /// <param name="first">Numbers in any order, at least one.</param>
    /// <param name="second">The same.</param>
    public static (double Statistic, double Probability) KolmogorovSmirnov(IReadOnlyCollection<double> first, IReadOnlyCollection<double> second)
    {
        double[] one = [.. first.Order()], other = [.. second.Order()];
        var (i, j, most) = (0, 0, 0.0);
        while (i < one.Length && j < other.Length)
        {
            var at = Math.Min(one[i], other[j]);
            while (i < one.Length && one[i] <= at)
            {
                i++;
            }

            while (j < other.Length && other[j] <= at)
            {
                j++;
            }

            most = Math.Max(most, Math.Abs(((double)i / one.Length) - ((double)j / other.Length)));
        }

        var root = Math.Sqrt((double)one.Length * other.Length / (one.Length + other.Length));
        return (most, Tail((root + 0.12 + (0.11 / root)) * most));
    }

    /// <summary>Q(λ) of Kolmogorov's distribution.</summary>
    private static double Tail(double lambda)
    {
        // Below this it is 1 to fifteen digits, and the sum converges slowly.
        if (lambda < 0.18)
        {
            return 1;
        }

        var sum = 0.0;
        for (var j = 1; j <= 100; j++)
        {
            var term = Math.Exp(-2 * j * j * lambda * lambda);
            sum += j % 2 == 1 ? term : -term;
            if (term < 1e-16)
            {
                break;
            }
        }

        return Math.Clamp(2 * sum, 0, 1);
    }
}
