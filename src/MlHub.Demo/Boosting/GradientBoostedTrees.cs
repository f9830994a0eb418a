namespace MlHub.Demo.Boosting;

/// <summary>Gradient boosting on squared loss with rows sampled per tree: each tree is fitted to what the ones before it still get wrong (Friedman 2001 and 2002).</summary>
public sealed class GradientBoostedTrees(BoostingOptions options)
{
    private readonly List<RegressionTree> _trees = [];
    private float _startValue;

    /// <summary>The model as far as it is fitted.</summary>
    public TreeEnsemble Model => new(_startValue, [.. _trees]);

    /// <summary>Adds one tree for each step taken from the sequence; whoever enumerates sets the pace and may stop early.</summary>
    public IEnumerable<BoostingStep> Fit(LabelledRows training, LabelledRows validation)
    {
        var grower = new TreeGrower(new FeatureBins(training.Features), options);
        var random = new Random(options.Seed);
        _trees.Clear();
        _startValue = training.Targets.Average();
        double[] fitted = Constant(training.Count);
        double[] foreseen = Constant(validation.Count);
        for (int iteration = 1; iteration <= options.Iterations; iteration++)
        {
            RegressionTree tree = grower.Grow(Residuals(training.Targets, fitted), SampledRows(random, training.Count));
            _trees.Add(tree);
            Add(fitted, tree, training.Features);
            Add(foreseen, tree, validation.Features);
            yield return new BoostingStep(
                iteration,
                RegressionScores.Of(training.Targets, fitted),
                RegressionScores.Of(validation.Targets, foreseen));
        }
    }

    private double[] Constant(int rows) => [.. Enumerable.Repeat((double)_startValue, rows)];

    // The negative gradient of half the squared error.
    private static double[] Residuals(IReadOnlyList<float> targets, double[] fitted)
    {
        double[] residuals = new double[fitted.Length];
        for (int row = 0; row < residuals.Length; row++)
        {
            residuals[row] = targets[row] - fitted[row];
        }

        return residuals;
    }

    private int[] SampledRows(Random random, int rows) =>
        [.. Enumerable.Range(0, rows).Where(_ => random.NextDouble() < options.RowSample)];

    private static void Add(double[] predictions, RegressionTree tree, IReadOnlyList<float[]> features)
    {
        for (int row = 0; row < predictions.Length; row++)
        {
            predictions[row] += tree.Predict(features[row]);
        }
    }
}
