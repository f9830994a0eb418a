using MlHub.Onnx;

namespace MlHub.Explanations;

/// <summary>Puts the trees of an operator together from its parallel lists.</summary>
internal sealed class OnnxTrees(OnnxNode node)
{
    /// <summary>Who walks a tree goes one call deeper with each node.</summary>
    private const int MostDepth = 500;

    private readonly string _weights = node.Operator == "TreeEnsembleRegressor" ? "target" : "class";

    /// <summary>How many ensembles there are: targets or classes, but one where the weights are those of one class of two.</summary>
    public int Targets => node.Operator == "TreeEnsembleRegressor"
        ? (int)(Integers("n_targets") is [var targets] ? Math.Clamp(targets, 1, Limits.ExplainedOutputs + 1) : 1)
        : Integers("class_ids").Distinct().Count() is 1 ? 1 : Math.Max(1, OnnxLabels.Of(node)?.Count ?? 1);

    public TreeEnsemble Read(int target)
    {
        if (Texts("aggregate_function") is [not "SUM", ..])
        {
            throw new InvalidDataException("Only trees whose values are added up are read here.");
        }

        var weights = Weights(target);
        var (trees, ids) = (Integers("nodes_treeids"), Integers("nodes_nodeids"));
        List<DecisionTree> read = [.. Enumerable.Range(0, trees.Count).GroupBy(i => trees[i]).Select(tree => Tree(tree.ToDictionary(i => ids[i], i => i), tree.Key, weights))];
        var features = Integers("nodes_featureids");
        var bases = Numbers("base_values");
        return new(read, target < bases.Count ? bases[target] : 0, features.Count == 0 ? 0 : (int)Math.Min(features.Max() + 1, Limits.ExplainedFeatures + 1));
    }

    /// <summary>What a leaf adds to the target. A classifier of two classes may give the weights of one class alone.</summary>
    private Dictionary<(long Tree, long Node), double> Weights(int target)
    {
        var (trees, nodes, ids, values) = (Integers($"{_weights}_treeids"), Integers($"{_weights}_nodeids"), Integers($"{_weights}_ids"), Numbers($"{_weights}_weights"));
        Same(trees.Count, nodes.Count, ids.Count, values.Count);
        var only = ids.Distinct().Take(2).ToList() is [var single] ? single : target;
        Dictionary<(long, long), double> weights = [];
        foreach (var i in Enumerable.Range(0, ids.Count).Where(i => ids[i] == only))
        {
            var leaf = (trees[i], nodes[i]);
            weights[leaf] = weights.GetValueOrDefault(leaf) + values[i];
        }

        return weights;
    }

    /// <summary>From the root down, so that each node stands before those below it and no way leads back.</summary>
    private DecisionTree Tree(Dictionary<long, int> places, long tree, Dictionary<(long, long), double> weights)
    {
        var (modes, features, values) = (Texts("nodes_modes"), Integers("nodes_featureids"), Numbers("nodes_values"));
        var (yes, no, missing) = (Integers("nodes_truenodeids"), Integers("nodes_falsenodeids"), Integers("nodes_missing_value_tracks_true"));
        Same(modes.Count, features.Count, values.Count, yes.Count, no.Count, Integers("nodes_nodeids").Count);
        var roots = places.Keys.Except(places.Values.Where(i => modes[i] != "LEAF").SelectMany(i => new[] { yes[i], no[i] })).ToList();
        List<DecisionNode> nodes = [];
        Add(roots is [var root] ? root : throw Malformed(), depth: 0);
        return new(nodes);

        int Add(long id, int depth)
        {
            if (depth > MostDepth || !places.Remove(id, out var i))
            {
                throw Malformed();
            }

            var at = nodes.Count;
            if (modes[i] == "LEAF")
            {
                nodes.Add(DecisionNode.Leaf(weights.GetValueOrDefault((tree, id))));
                return at;
            }

            nodes.Add(default);
            var (left, right) = (Add(yes[i], depth + 1), Add(no[i], depth + 1));
            var feature = features[i] is >= 0 and <= Limits.ExplainedFeatures ? (int)features[i] : throw Malformed();
            nodes[at] = new(TestOf(modes[i]), feature, values[i], left, right, 0, i < missing.Count && missing[i] != 0);
            return at;
        }
    }

    private static NodeTest TestOf(string mode) => mode switch
    {
        "BRANCH_LEQ" => NodeTest.LessOrEqual,
        "BRANCH_LT" => NodeTest.Less,
        "BRANCH_GTE" => NodeTest.GreaterOrEqual,
        "BRANCH_GT" => NodeTest.Greater,
        "BRANCH_EQ" => NodeTest.Equal,
        "BRANCH_NEQ" => NodeTest.NotEqual,
        _ => throw Malformed(),
    };

    private static void Same(params int[] counts)
    {
        if (counts.Distinct().Skip(1).Any())
        {
            throw Malformed();
        }
    }

    private static InvalidDataException Malformed() => new("The model's trees are not well-formed.");

    private IReadOnlyList<long> Integers(string attribute) => node.Attributes.GetValueOrDefault(attribute)?.Integers ?? [];

    /// <summary>Numbers of double precision stand in a tensor of their own.</summary>
    private IReadOnlyList<double> Numbers(string attribute) =>
        node.Attributes.GetValueOrDefault(attribute + "_as_tensor")?.Tensor?.Values ?? node.Attributes.GetValueOrDefault(attribute)?.Numbers ?? [];

    private IReadOnlyList<string> Texts(string attribute) => node.Attributes.GetValueOrDefault(attribute)?.Texts ?? [];
}
