namespace MlHub.Demo.Boosting;

/// <summary>A fitted model: a constant and the trees that correct it.</summary>
public sealed record TreeEnsemble(float StartValue, IReadOnlyList<RegressionTree> Trees)
{
    public float Predict(ReadOnlySpan<float> features)
    {
        // Trees first and the constant last, in single precision: ONNX runtimes add in this order.
        float sum = 0;
        foreach (RegressionTree tree in Trees)
        {
            sum += tree.Predict(features);
        }

        return sum + StartValue;
    }

    /// <summary>Each feature's share of the squared error that all splits took away (Friedman 2001, relative influence).</summary>
    public IReadOnlyList<double> FeatureImportance(int features)
    {
        double[] gains = new double[features];
        foreach (TreeNode node in Trees.SelectMany(tree => tree.Nodes).Where(node => !node.IsLeaf))
        {
            gains[node.Feature] += node.Gain;
        }

        double total = gains.Sum();
        return [.. gains.Select(gain => total > 0 ? gain / total : 0)];
    }
}
