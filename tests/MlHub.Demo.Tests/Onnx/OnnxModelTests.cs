using MlHub.Demo.Boosting;
using MlHub.Demo.Onnx;

namespace MlHub.Demo.Tests.Onnx;

public sealed class OnnxModelTests
{
    [Fact]
    public void The_written_file_predicts_what_the_model_predicts()
    {
        TreeEnsemble model = Fitted();
        var written = new OnnxTreeEnsemble(OnnxModel.Write(model, HouseFeatures.Names));

        // Cents of a price of hundreds of thousands are lost to single precision.
        Assert.All(Sacramento.Split.Validation.Features, row => Assert.Equal(model.Predict(row), written.Predict(row), 0.5));
    }

    [Fact]
    public void A_value_on_the_threshold_goes_the_same_way_in_the_file()
    {
        var tree = new RegressionTree([TreeNode.Branch(1, 3, 1, 2, 1), TreeNode.Leaf(-10), TreeNode.Leaf(20)]);
        var model = new TreeEnsemble(100, [tree]);
        var written = new OnnxTreeEnsemble(OnnxModel.Write(model, ["a", "b"]));

        Assert.Equal([90, 90, 120], new float[] { 2, 3, 4 }.Select(value => model.Predict([9, value])));
        Assert.Equal([90, 90, 120], new float[] { 2, 3, 4 }.Select(value => written.Predict([9, value])));
    }

    [Fact]
    public void The_file_says_which_versions_and_operator_it_needs()
    {
        var written = new OnnxTreeEnsemble(OnnxModel.Write(Fitted(), HouseFeatures.Names));

        Assert.Equal(8, written.Model.Number(1));
        Assert.Equal(
            [("", 15), ("ai.onnx.ml", 3)],
            written.Model.Messages(8).Select(opset => (opset.Text(1), opset.Number(2))));
        Assert.Equal(("TreeEnsembleRegressor", "ai.onnx.ml"), (written.Node.Text(4), written.Node.Text(7)));
        Assert.Equal(("SUM", "NONE"), (written.Text("aggregate_function"), written.Text("post_transform")));
    }

    [Fact]
    public void Input_and_output_are_float_matrices_of_any_number_of_rows()
    {
        ProtobufReader graph = new OnnxTreeEnsemble(OnnxModel.Write(Fitted(), HouseFeatures.Names)).Model.Message(7);

        Assert.Equal(("features", 1, "N", 8), Shape(graph.Message(11)));
        Assert.Equal(("predicted_price", 1, "N", 1), Shape(graph.Message(12)));
    }

    [Fact]
    public void The_order_of_the_features_travels_with_the_file()
    {
        ProtobufReader metadata = new OnnxTreeEnsemble(OnnxModel.Write(Fitted(), HouseFeatures.Names)).Model.Message(14);

        Assert.Equal("features", metadata.Text(1));
        Assert.Equal(HouseFeatures.Names, metadata.Text(2).Split(','));
    }

    private static TreeEnsemble Fitted()
    {
        var trees = new GradientBoostedTrees(new() { Iterations = 15, MaxDepth = 4, RowSample = 0.7 });
        _ = trees.Fit(Sacramento.Split.Training, Sacramento.Split.Validation).Count();
        return trees.Model;
    }

    private static (string Name, long Element, string Rows, long Columns) Shape(ProtobufReader value)
    {
        ProtobufReader tensor = value.Message(2).Message(1);
        List<ProtobufReader> dimensions = tensor.Message(2).Messages(1);
        return (value.Text(1), tensor.Number(1), dimensions[0].Text(2), dimensions[1].Number(1));
    }
}
