using MlHub.Demo;
using MlHub.Demo.Boosting;
using MlHub.Demo.Onnx;
using MlHub.Onnx;
using HubTrees = MlHub.Explanations.TreeEnsemble;
using TreeEnsemble = MlHub.Demo.Boosting.TreeEnsemble;

namespace MlHub.Core.Tests.Explanations;

/// <summary>The demo's model is read and explained from its ONNX file as the demo meant it.</summary>
public sealed class DemoModelTests
{
    private const int MostBytes = 10_000_000;

    private static readonly DataSplit Split = HouseSales.Read(HouseSales.DefaultFile).Split(0.2, seed: 20);
    private static readonly TreeEnsemble Model = Fitted();
    private static readonly byte[] File = OnnxModel.Write(Model, HouseFeatures.Names);

    [Fact]
    public void The_graph_is_told_in_words()
    {
        var read = OnnxReader.Read(new MemoryStream(File), MostBytes);

        Assert.Equal([("ai.onnx", 15), ("ai.onnx.ml", 3)], read.Opsets);
        Assert.Equal(new OnnxValue("features", "float[N,8]"), Assert.Single(read.Inputs));
        Assert.Equal(new OnnxValue("predicted_price", "float[N,1]"), Assert.Single(read.Outputs));
        Assert.Equal(string.Join(',', HouseFeatures.Names), read.Metadata["features"]);
        var node = Assert.Single(read.Nodes);
        Assert.Equal(("TreeEnsembleRegressor", "ai.onnx.ml"), (node.Operator, node.Domain));
        Assert.Equal(0, read.Weights);
    }

    [Fact]
    public void Its_trees_predict_what_the_model_predicts()
    {
        var trees = HubTrees.ReadAll(OnnxReader.Read(new MemoryStream(File), MostBytes).Nodes[0])[0];

        // Cents of a price of hundreds of thousands are lost to single precision.
        Assert.All(Split.Validation.Features, row => Assert.Equal(Model.Predict(row), trees.Predict(Doubles(row)), 0.5));
    }

    [Fact]
    public void An_explanation_adds_up_to_the_prediction_less_the_backgrounds_mean()
    {
        var trees = HubTrees.ReadAll(OnnxReader.Read(new MemoryStream(File), MostBytes).Nodes[0])[0];
        List<double[]> background = [.. Split.Training.Features.Take(20).Select(Doubles)];
        var shap = new MlHub.Explanations.TreeShap(trees.Trees, HouseFeatures.Names.Count);

        Assert.All(Split.Validation.Features.Take(10).Select(Doubles), row =>
            Assert.Equal(trees.Predict(row) - background.Average(b => trees.Predict(b)), shap.Explain(row, background).Sum(), 1e-6));
    }

    [Fact]
    public void A_file_that_is_cut_off_or_no_model_is_refused_whatever_it_holds()
    {
        Assert.All(Enumerable.Range(0, 200).Select(i => File.Length * i / 200), length => Refused(File[..length]));
        Refused([]);
        Refused("PK\u0003\u0004 not a model"u8.ToArray());
        Assert.Throws<InvalidDataException>(() => OnnxReader.Read(new MemoryStream(File), 1000));

        static void Refused(byte[] file) => Assert.Throws<InvalidDataException>(() =>
        {
            _ = HubTrees.ReadAll(OnnxReader.Read(new MemoryStream(file), MostBytes).Nodes[0]);
        });
    }

    [Fact]
    public void Trees_that_lead_back_to_themselves_are_refused()
    {
        OnnxNode Node(long left, long right) => new("TreeEnsembleRegressor", "ai.onnx.ml", ["x"], ["y"], new Dictionary<string, OnnxAttribute>
        {
            ["nodes_treeids"] = new([0, 0, 0], [], []),
            ["nodes_nodeids"] = new([0, 1, 2], [], []),
            ["nodes_modes"] = new([], [], ["BRANCH_LEQ", "BRANCH_LEQ", "LEAF"]),
            ["nodes_featureids"] = new([0, 0, 0], [], []),
            ["nodes_values"] = new([], [1, 2, 0], []),
            ["nodes_truenodeids"] = new([1, left, 0], [], []),
            ["nodes_falsenodeids"] = new([2, right, 0], [], []),
        });

        Assert.Throws<InvalidDataException>(() => HubTrees.ReadAll(Node(1, 2)));
        Assert.Throws<InvalidDataException>(() => HubTrees.ReadAll(Node(0, 2)));
        Assert.Throws<InvalidDataException>(() => HubTrees.ReadAll(Node(7, 2)));
    }

    private static double[] Doubles(float[] row) => [.. row.Select(v => (double)v)];

    private static TreeEnsemble Fitted()
    {
        var trees = new GradientBoostedTrees(new() { Iterations = 15, MaxDepth = 4, RowSample = 0.7 });
        _ = trees.Fit(Split.Training, Split.Validation).Count();
        return trees.Model;
    }
}
