namespace MlHub.Demo.Boosting;

/// <summary>A binary tree over features whose leaves hold a number; the root is node 0.</summary>
public sealed record RegressionTree(IReadOnlyList<TreeNode> Nodes)
{
    public float Predict(ReadOnlySpan<float> features)
    {
        TreeNode node = Nodes[0];
        while (!node.IsLeaf)
        {
            node = Nodes[features[node.Feature] <= node.Threshold ? node.Left : node.Right];
        }

        return node.Value;
    }
}
