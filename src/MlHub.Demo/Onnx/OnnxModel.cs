using MlHub.Demo.Boosting;

namespace MlHub.Demo.Onnx;

/// <summary>A tree ensemble as an ONNX file: one TreeEnsembleRegressor from a matrix of features to a column of predictions.</summary>
public static class OnnxModel
{
    public const string InputName = "features";
    public const string OutputName = "predicted_price";

    public static byte[] Write(TreeEnsemble ensemble, IReadOnlyList<string> featureNames)
    {
        ProtobufMessage node = OnnxWriter.Node("TreeEnsembleRegressor", InputName, OutputName, Attributes(ensemble));
        ProtobufMessage graph = OnnxWriter.Graph(
            "gradient_boosted_trees",
            node,
            OnnxWriter.FloatMatrix(InputName, featureNames.Count),
            OnnxWriter.FloatMatrix(OutputName, 1));
        // A matrix has no column names, so the order of the features travels as metadata.
        return OnnxWriter.Model(graph, [new("features", string.Join(',', featureNames))]).ToArray();
    }

    private static List<ProtobufMessage> Attributes(TreeEnsemble ensemble)
    {
        List<PlacedNode> nodes = [.. ensemble.Trees.SelectMany((tree, treeId) => tree.Nodes.Select((node, nodeId) => new PlacedNode(treeId, nodeId, node)))];
        List<PlacedNode> leaves = [.. nodes.Where(placed => placed.Node.IsLeaf)];
        return
        [
            OnnxWriter.Attribute("n_targets", 1),
            OnnxWriter.Attribute("aggregate_function", "SUM"),
            OnnxWriter.Attribute("post_transform", "NONE"),
            OnnxWriter.Attribute("base_values", [ensemble.StartValue]),
            OnnxWriter.Attribute("nodes_treeids", nodes.Select(placed => placed.TreeId)),
            OnnxWriter.Attribute("nodes_nodeids", nodes.Select(placed => placed.NodeId)),
            OnnxWriter.Attribute("nodes_modes", nodes.Select(placed => placed.Node.IsLeaf ? "LEAF" : "BRANCH_LEQ")),
            OnnxWriter.Attribute("nodes_featureids", nodes.Select(placed => (long)Math.Max(0, placed.Node.Feature))),
            OnnxWriter.Attribute("nodes_values", [.. nodes.Select(placed => placed.Node.Threshold)]),
            OnnxWriter.Attribute("nodes_truenodeids", nodes.Select(placed => (long)placed.Node.Left)),
            OnnxWriter.Attribute("nodes_falsenodeids", nodes.Select(placed => (long)placed.Node.Right)),
            OnnxWriter.Attribute("target_treeids", leaves.Select(placed => placed.TreeId)),
            OnnxWriter.Attribute("target_nodeids", leaves.Select(placed => placed.NodeId)),
            OnnxWriter.Attribute("target_ids", leaves.Select(_ => 0L)),
            OnnxWriter.Attribute("target_weights", [.. leaves.Select(placed => placed.Node.Value)]),
        ];
    }

    private readonly record struct PlacedNode(long TreeId, long NodeId, TreeNode Node);
}
