using System.Numerics;
using MlHub.Explanations;

namespace MlHub.Core.Tests.Explanations;

public sealed class PermutationShapleyTests
{
    private const int Features = 6;

    [Fact]
    public void Where_features_act_alone_the_values_are_exact_and_have_no_error()
    {
        double[] weights = [2, -1, 0.5, 0, 3, 7];
        var (values, errors) = Explained(row => row.Select((v, f) => weights[f] * v * v).Sum(), pairs: 2, out var row, out var background);

        Assert.All(Enumerable.Range(0, Features), f => Assert.Equal(weights[f] * (row[f] * row[f] - background.Average(b => b[f] * b[f])), values[0][f], 1e-9));
        Assert.All(errors[0], e => Assert.Equal(0, e, 1e-9));
    }

    [Fact]
    public void Two_features_that_act_together_share_exactly_by_the_reverse_of_each_order()
    {
        var (values, errors) = Explained(row => row[0] * row[1] + row[2], pairs: 2, out var row, out var background);

        var brute = BruteForce(r => r[0] * r[1] + r[2], row, background);
        Assert.All(Enumerable.Range(0, Features), f => Assert.Equal(brute[f], values[0][f], 1e-9));
        Assert.All(errors[0], e => Assert.Equal(0, e, 1e-9));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Where_many_act_together_the_values_are_within_the_stated_error_of_all_coalitions(int seed)
    {
        var (values, errors) = Explained(Together, pairs: 40, out var row, out var background, seed);

        var brute = BruteForce(Together, row, background);
        Assert.All(Enumerable.Range(0, Features), f => Assert.InRange(Math.Abs(values[0][f] - brute[f]), 0, 4 * errors[0][f] + 1e-9));
        // An error so large that everything is within it would say nothing.
        Assert.Contains(errors[0], e => e > 1e-4);
        Assert.True(errors[0].Max() < brute.Max(Math.Abs) / 10);
        Assert.Equal(Together(row) - background.Average(Together), values[0].Sum(), 1e-9);
    }

    [Fact]
    public void More_orders_make_the_error_smaller_as_their_root()
    {
        var few = Explained(Together, pairs: 10, out _, out _).Errors[0].Average();
        var many = Explained(Together, pairs: 160, out _, out _).Errors[0].Average();

        Assert.InRange(few / many, 2.5, 6);
    }

    [Fact]
    public void It_stops_when_it_is_told_to() =>
        Assert.Throws<OperationCanceledException>(() => new PermutationShapley(x => x.Into(1, (_, _) => { }), 2, 1, 2, 1).Explain([1, 2], [[0, 0]], new CancellationToken(canceled: true)));

    private static double Together(double[] row) => row[0] * row[1] * row[2] + Math.Max(row[3], row[4]) * row[0] + row[5];

    private static (double[][] Values, double[][] Errors) Explained(Func<double[], double> of, int pairs, out double[] row, out List<double[]> background, int seed = 5)
    {
        var random = new Random(seed);
        row = Row(random);
        background = [.. Enumerable.Range(0, 8).Select(_ => Row(random))];
        return new PermutationShapley(x => x.Into(1, (r, made) => made[0] = of(r.ToArray())), Features, 1, pairs, seed).Explain(row, background);
    }

    private static double[] Row(Random random) => [.. Enumerable.Range(0, Features).Select(_ => random.NextDouble() * 4 - 2)];

    /// <summary>Shapley's own formula over all coalitions.</summary>
    private static double[] BruteForce(Func<double[], double> of, double[] row, List<double[]> background)
    {
        var worth = Enumerable.Range(0, 1 << Features).Select(s => background.Average(b => of([.. Enumerable.Range(0, Features).Select(f => (s >> f & 1) == 1 ? row[f] : b[f])]))).ToArray();
        return [.. Enumerable.Range(0, Features).Select(f => Enumerable.Range(0, worth.Length).Where(s => (s >> f & 1) == 0)
            .Sum(s => Factorial(BitOperations.PopCount((uint)s)) * Factorial(Features - BitOperations.PopCount((uint)s) - 1) / Factorial(Features) * (worth[s | 1 << f] - worth[s])))];
    }

    private static double Factorial(int n) => Enumerable.Range(1, n).Aggregate(1.0, (product, i) => product * i);
}
