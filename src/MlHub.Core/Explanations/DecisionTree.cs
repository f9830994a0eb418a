namespace MlHub.Explanations;

/// <summary>A tree that sends a row left where its test holds. Node 0 is the root.</summary>
public sealed record DecisionTree(IReadOnlyList<DecisionNode> Nodes)
{
    public double Predict(ReadOnlySpan<double> row)
    {
        var node = Nodes[0];
        while (!node.IsLeaf)
        {
            node = Nodes[node.Next(row)];
        }

        return node.Value;
    }
}

/// <summary>How a node tests a value against its threshold.</summary>
public enum NodeTest
{
    Leaf,
    LessOrEqual,
    Less,
    GreaterOrEqual,
    Greater,
    Equal,
    NotEqual,
}

/// <summary>A test with two ways on, or a leaf with a value. A value that is missing goes where <paramref name="MissingGoesLeft"/> says.</summary>
public readonly record struct DecisionNode(NodeTest Test, int Feature, double Threshold, int Left, int Right, double Value, bool MissingGoesLeft = false)
{
    public bool IsLeaf => Test == NodeTest.Leaf;

    public int Next(ReadOnlySpan<double> row) => GoesLeft(row[Feature]) ? Left : Right;

    private bool GoesLeft(double value) => double.IsNaN(value)
        ? MissingGoesLeft
        : Test switch
        {
            NodeTest.LessOrEqual => value <= Threshold,
            NodeTest.Less => value < Threshold,
            NodeTest.GreaterOrEqual => value >= Threshold,
            NodeTest.Greater => value > Threshold,
            NodeTest.Equal => value == Threshold,
            _ => value != Threshold,
        };

    public static DecisionNode Leaf(double value) => new(NodeTest.Leaf, 0, 0, 0, 0, value);
}
