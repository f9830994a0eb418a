namespace MlHub.Demo.Tests.Onnx;

/// <summary>Evaluates a TreeEnsembleRegressor from the bytes of an ONNX file, as the operator's specification says.</summary>
internal sealed class OnnxTreeEnsemble
{
    private readonly Dictionary<string, ProtobufReader> _attributes;
    private readonly Dictionary<(long Tree, long Node), int> _nodes;
    private readonly Dictionary<(long Tree, long Node), float> _leaves;
    private readonly List<string> _modes;
    private readonly long[] _features;
    private readonly float[] _thresholds;
    private readonly long[] _whenTrue;
    private readonly long[] _whenFalse;
    private readonly long[] _trees;
    private readonly float _baseValue;

    public OnnxTreeEnsemble(byte[] file)
    {
        Model = new ProtobufReader(file);
        Node = Model.Message(7).Message(1);
        _attributes = Node.Messages(5).ToDictionary(attribute => attribute.Text(1));
        _nodes = Integers("nodes_treeids").Zip(Integers("nodes_nodeids")).Index().ToDictionary(node => node.Item, node => node.Index);
        _leaves = Integers("target_treeids").Zip(Integers("target_nodeids")).Zip(Floats("target_weights")).ToDictionary(leaf => leaf.First, leaf => leaf.Second);
        _modes = _attributes["nodes_modes"].Texts(9);
        _features = Integers("nodes_featureids");
        _thresholds = Floats("nodes_values");
        _whenTrue = Integers("nodes_truenodeids");
        _whenFalse = Integers("nodes_falsenodeids");
        _trees = [.. Integers("nodes_treeids").Distinct()];
        _baseValue = Floats("base_values").Single();
    }

    public ProtobufReader Model { get; }

    public ProtobufReader Node { get; }

    public double Predict(float[] row) => _trees.Sum(tree => (double)LeafWeight(tree, row)) + _baseValue;

    public string Text(string attribute) => _attributes[attribute].Text(4);

    private float LeafWeight(long tree, float[] row)
    {
        long node = 0;
        while (true)
        {
            int at = _nodes[(tree, node)];
            switch (_modes[at])
            {
                case "LEAF":
                    return _leaves[(tree, node)];
                case "BRANCH_LEQ":
                    bool holds = row[_features[at]] <= _thresholds[at];
                    node = (holds ? _whenTrue : _whenFalse)[at];
                    break;
                case var mode:
                    throw new InvalidDataException(mode);
            }
        }
    }

    private long[] Integers(string attribute) => _attributes[attribute].PackedIntegers(8);

    private float[] Floats(string attribute) => _attributes[attribute].PackedFloats(7);
}
