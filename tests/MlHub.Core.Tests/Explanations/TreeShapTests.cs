using System.Numerics;
using MlHub.Explanations;

namespace MlHub.Core.Tests.Explanations;

public sealed class TreeShapTests
{
    [Theory]
    [InlineData(1, 3, 1, 2)]
    [InlineData(2, 5, 4, 3)]
    [InlineData(3, 8, 6, 5)]
    [InlineData(4, 10, 3, 7)]
    public void It_gives_the_Shapley_values_that_trying_every_coalition_gives(int seed, int features, int trees, int depth)
    {
        var random = new Random(seed);
        var forest = Enumerable.Range(0, trees).Select(_ => Tree(random, features, depth)).ToList();
        var background = Enumerable.Range(0, 4).Select(_ => Row(random, features)).ToList();
        var row = Row(random, features);

        var values = new TreeShap(forest, features).Explain(row, background);

        var brute = BruteForce(forest, features, row, background);
        Assert.All(Enumerable.Range(0, features), f => Assert.Equal(brute[f], values[f], 1e-9));
        Assert.Contains(values, v => Math.Abs(v) > 1e-3);
    }

    [Fact]
    public void The_values_add_up_to_the_prediction_less_the_backgrounds_mean()
    {
        var random = new Random(9);
        var forest = Enumerable.Range(0, 30).Select(_ => Tree(random, 12, 6)).ToList();
        var background = Enumerable.Range(0, 20).Select(_ => Row(random, 12)).ToList();
        var row = Row(random, 12);

        var values = new TreeShap(forest, 12).Explain(row, background);

        Assert.Equal(Sum(forest, row) - background.Average(b => Sum(forest, b)), values.Sum(), 1e-9);
    }

    [Fact]
    public void A_missing_value_goes_where_the_node_says()
    {
        DecisionTree left = new([new(NodeTest.Less, 0, 0.5, 1, 2, 0, MissingGoesLeft: true), DecisionNode.Leaf(1), DecisionNode.Leaf(3)]);
        DecisionTree right = left with { Nodes = [left.Nodes[0] with { MissingGoesLeft = false }, .. left.Nodes.Skip(1)] };

        Assert.Equal((1, 3), (left.Predict([double.NaN]), right.Predict([double.NaN])));
        Assert.Equal([2.0], new TreeShap([right], 1).Explain([double.NaN], [[0.1]]));
    }

    /// <summary>Shapley's own formula: over all coalitions S without f, |S|! (n-|S|-1)! / n! times what f adds.</summary>
    private static double[] BruteForce(List<DecisionTree> forest, int features, double[] row, List<double[]> background)
    {
        var worth = new double[1 << features];
        for (var coalition = 0; coalition < worth.Length; coalition++)
        {
            worth[coalition] = background.Average(b => Sum(forest, [.. Enumerable.Range(0, features).Select(f => (coalition >> f & 1) == 1 ? row[f] : b[f])]));
        }

        return [.. Enumerable.Range(0, features).Select(f => Enumerable.Range(0, worth.Length).Where(s => (s >> f & 1) == 0)
            .Sum(s => Factorial(BitOperations.PopCount((uint)s)) * Factorial(features - BitOperations.PopCount((uint)s) - 1) / Factorial(features) * (worth[s | 1 << f] - worth[s])))];
    }

    private static double Factorial(int n) => Enumerable.Range(1, n).Aggregate(1.0, (product, i) => product * i);

    private static double Sum(List<DecisionTree> forest, double[] row) => forest.Sum(t => t.Predict(row));

    private static double[] Row(Random random, int features) => [.. Enumerable.Range(0, features).Select(_ => random.NextDouble())];

    /// <summary>Tests a feature again further down as real trees do.</summary>
    private static DecisionTree Tree(Random random, int features, int depth)
    {
        List<DecisionNode> nodes = [];
        Grow(depth);
        return new(nodes);

        int Grow(int left)
        {
            var at = nodes.Count;
            nodes.Add(DecisionNode.Leaf(random.NextDouble() * 10 - 5));
            if (left > 0 && random.NextDouble() < 0.9)
            {
                var test = (NodeTest)random.Next((int)NodeTest.LessOrEqual, (int)NodeTest.Greater + 1);
                var (feature, threshold) = (random.Next(features), random.NextDouble());
                var (one, other) = (Grow(left - 1), Grow(left - 1));
                nodes[at] = new(test, feature, threshold, one, other, 0);
            }

            return at;
        }
    }
}
