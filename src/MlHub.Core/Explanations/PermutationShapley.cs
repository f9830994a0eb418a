namespace MlHub.Explanations;

/// <summary>
/// Shapley values of any function by sampled orders of the features (Štrumbelj and Kononenko, "Explaining prediction models and
/// individual predictions with feature contributions", Knowledge and Information Systems 41, 2014): for each row of the background, what
/// each feature changes when it takes the row's value after those before it in a random order. Each order is walked backwards as well
/// (Mitchell, Cooper, Frank and Holmes, "Sampling permutations for Shapley value estimation", JMLR 23, 2022), which takes out what depends on two features alone.
/// </summary>
/// <remarks>
/// Every row of the background is used equally often, so the values add up exactly to the prediction less the background's mean, and are exact where
/// the features do not act together. The standard error is that of the orders alone, for this background.
/// </remarks>
/// <param name="predict">The outputs for each of many rows.</param>
/// <param name="pairs">How many orders, each with its reverse, for each row of the background; at least 2, or there is no error to tell.</param>
public sealed class PermutationShapley(Func<GraphMatrix, GraphMatrix> predict, int features, int outputs, int pairs, int seed)
{
    private readonly Random _random = new(seed);

    /// <summary>How often the function is asked for one row.</summary>
    public static long Evaluations(int features, int background, int pairs) => (long)background * pairs * 2 * (features + 1);

    /// <summary>By output, then feature: the values, and the standard error of each.</summary>
    public (double[][] Values, double[][] Errors) Explain(double[] row, IReadOnlyList<double[]> background, CancellationToken cancel = default)
    {
        var (values, variances) = (Zeros(), Zeros());
        foreach (var reference in background)
        {
            cancel.ThrowIfCancellationRequested();
            var (means, squares) = (Zeros(), Zeros());
            for (var pair = 1; pair <= pairs; pair++)
            {
                AddPair(row, reference, pair, means, squares);
            }

            Each((o, f) =>
            {
                values[o][f] += means[o][f] / background.Count;
                variances[o][f] += squares[o][f] / (pairs - 1) / pairs / background.Count / background.Count;
            });
        }

        return (values, Array.ConvertAll(variances, v => Array.ConvertAll(v, Math.Sqrt)));
    }

    /// <summary>Takes the mean of an order and its reverse into the running mean and the sum of squares about it (Welford, 1962).</summary>
    private void AddPair(double[] row, double[] reference, int pair, double[][] means, double[][] squares)
    {
        var order = Enumerable.Range(0, features).ToArray();
        _random.Shuffle(order);
        var walk = predict(Walk(row, reference, order));
        var changes = Zeros();
        for (var i = 0; i < features; i++)
        {
            for (var o = 0; o < outputs; o++)
            {
                var forth = Output(walk, i + 1, o) - Output(walk, i, o);
                var back = Output(walk, features + 1 + features - i, o) - Output(walk, features + 1 + features - i - 1, o);
                changes[o][order[i]] = (forth + back) / 2;
            }
        }

        Each((o, f) =>
        {
            var off = changes[o][f] - means[o][f];
            means[o][f] += off / pair;
            squares[o][f] += off * (changes[o][f] - means[o][f]);
        });
    }

    /// <summary>From the reference to the row, feature by feature, first in the order and then in its reverse.</summary>
    private GraphMatrix Walk(double[] row, double[] reference, int[] order)
    {
        var walk = new GraphMatrix(2 * (features + 1), features, new double[2 * (features + 1) * features]);
        for (var way = 0; way < 2; way++)
        {
            var now = (double[])reference.Clone();
            now.CopyTo(walk.Row(way * (features + 1)));
            for (var i = 0; i < features; i++)
            {
                var feature = order[way == 0 ? i : features - 1 - i];
                now[feature] = row[feature];
                now.CopyTo(walk.Row(way * (features + 1) + i + 1));
            }
        }

        return walk;
    }

    private double Output(GraphMatrix answers, int at, int output) => answers.Values[at * outputs + output];

    private double[][] Zeros() => [.. Enumerable.Range(0, outputs).Select(_ => new double[features])];

    private void Each(Action<int, int> act)
    {
        for (var o = 0; o < outputs; o++)
        {
            for (var f = 0; f < features; f++)
            {
                act(o, f);
            }
        }
    }
}
