namespace MlHub.Explanations;

/// <summary>
/// The exact Shapley values of a sum of trees against a background, one reference row at a time: what a feature gives, averaged over all
/// orders in which the features of the row can take the place of those of the reference (Lundberg et al., "From local explanations to
/// global understanding with explainable AI for trees", Nature Machine Intelligence 2, 2020: interventional TreeSHAP).
/// </summary>
/// <remarks>
/// On the way to a leaf, some features must come from the row (a of them) and some from the reference (b of them); all others do not
/// matter. The leaf's value counts for each of the a with (a-1)! b! / (a+b)!, and against each of the b with a! (b-1)! / (a+b)!.
/// </remarks>
public sealed class TreeShap
{
    private readonly IReadOnlyList<DecisionTree> _trees;
    private readonly int _features;

    // Which side decided a feature on the way to the present node: 0 none, 1 the row, 2 the reference.
    private readonly byte[] _decidedBy;
    private readonly List<int> _ofRow = [];
    private readonly List<int> _ofReference = [];

    public TreeShap(IReadOnlyList<DecisionTree> trees, int features)
    {
        (_trees, _features, _decidedBy) = (trees, features, new byte[features]);
    }

    /// <summary>One value for each feature; together with the mean prediction of the background they give the prediction of the row.</summary>
    public double[] Explain(double[] row, IReadOnlyList<double[]> background, CancellationToken cancel = default)
    {
        var values = new double[_features];
        foreach (var reference in background)
        {
            cancel.ThrowIfCancellationRequested();
            foreach (var tree in _trees)
            {
                Visit(tree, 0, row, reference, values);
            }
        }

        for (var f = 0; f < _features; f++)
        {
            values[f] /= background.Count;
        }

        return values;
    }

    private void Visit(DecisionTree tree, int at, double[] row, double[] reference, double[] values)
    {
        var node = tree.Nodes[at];
        if (node.IsLeaf)
        {
            Credit(node.Value, values);
            return;
        }

        var (ofRow, ofReference) = (node.Next(row), node.Next(reference));
        var decided = _decidedBy[node.Feature];
        if (ofRow == ofReference || decided == 1)
        {
            Visit(tree, ofRow, row, reference, values);
        }
        else if (decided == 2)
        {
            Visit(tree, ofReference, row, reference, values);
        }
        else
        {
            VisitAs(1, _ofRow, ofRow);
            VisitAs(2, _ofReference, ofReference);
            _decidedBy[node.Feature] = 0;
        }

        void VisitAs(byte side, List<int> decidedFeatures, int next)
        {
            _decidedBy[node.Feature] = side;
            decidedFeatures.Add(node.Feature);
            Visit(tree, next, row, reference, values);
            decidedFeatures.RemoveAt(decidedFeatures.Count - 1);
        }
    }

    private void Credit(double value, double[] values)
    {
        var (a, b) = (_ofRow.Count, _ofReference.Count);
        if (a + b == 0)
        {
            return;
        }

        // 1 / (a · C(a+b, a)) is (a-1)! b! / (a+b)!, without factorials that overflow.
        var ways = Choose(a + b, a);
        foreach (var feature in _ofRow)
        {
            values[feature] += value / (a * ways);
        }

        foreach (var feature in _ofReference)
        {
            values[feature] -= value / (b * ways);
        }
    }

    private static double Choose(int n, int k)
    {
        var ways = 1.0;
        for (var i = 1; i <= k; i++)
        {
            ways = ways * (n - k + i) / i;
        }

        return ways;
    }
}
