using MlHub.Demo;
using MlHub.Demo.Boosting;
using MlHub.Demo.Onnx;
using MlHub.Explanations;
using MlHub.Onnx;

namespace MlHub.Core.Tests.Explanations;

/// <summary>From an ONNX file and a sample to an explanation.</summary>
public sealed class ShapComputationTests
{
    [Fact]
    public void The_demos_trees_are_explained_exactly_and_add_up()
    {
        var split = HouseSales.Read(HouseSales.DefaultFile).Split(0.2, seed: 20);
        var fit = new GradientBoostedTrees(new() { Iterations = 10, MaxDepth = 3 });
        _ = fit.Fit(split.Training, split.Validation).Count();
        var file = OnnxReader.Read(new MemoryStream(OnnxModel.Write(fit.Model, HouseFeatures.Names)), 10_000_000, withWeights: true);
        List<double[]> rows = [.. split.Validation.Features.Take(40).Select(r => r.Select(v => (double)v).ToArray())];
        List<int> told = [];

        var computed = new ShapComputation(file, new(HouseFeatures.Names, rows)).Run(told.Add, default);

        var output = Assert.Single(computed.Outputs);
        Assert.Contains("Exact TreeSHAP, against 40 rows", computed.Method, StringComparison.Ordinal);
        Assert.Equal(("predicted_price", HouseFeatures.Names.Count, 40), (output.Name, computed.Features.Count, computed.Rows.Count));
        Assert.Equal(Enumerable.Range(1, 40), told);
        Assert.Null(output.Errors);
        var trees = MlHub.Explanations.TreeEnsemble.ReadAll(file.Nodes[0])[0];
        Assert.All(Enumerable.Range(0, 40), r => Assert.Equal(trees.Predict(rows[r]), output.BaseValue!.Value + output.Values[r].Sum(), 1e-6));
    }

    [Fact]
    public void A_row_that_is_none_of_the_samples_is_explained_against_it()
    {
        SampleTable sample = new(["a", "b"], [[1, 2], [3, 4], [8, 0]]);
        var file = Graphs.Of("LinearRegressor coefficients=2,-1 intercepts=5");

        var computed = new ShapComputation(file, new(sample.Columns, [[10, 20]]), sample).Run(_ => { }, default);

        Assert.Equal((1, 1, 11.0), (computed.AllRows, computed.Rows.Count, computed.Outputs[0].BaseValue!.Value));
        Assert.Equal([10, 20], computed.Inputs!.Single());
        Assert.Equal(2 * (10 - 4.0), computed.Outputs[0].Values[0][0], 1e-9);
        Assert.Equal(-1 * (20 - 2.0), computed.Outputs[0].Values[0][1], 1e-9);
        Assert.Throws<InvalidDataException>(() => new ShapComputation(file, new(sample.Columns, [[10]]), sample));
    }

    [Fact]
    public void What_scales_each_feature_before_the_trees_changes_nothing_but_their_scale()
    {
        SampleTable sample = new(["a", "b"], [[10, 1], [30, 2], [50, 9]]);
        var plain = new ShapComputation(TreesBehind("Identity"), sample with { Rows = [.. sample.Rows.Select(r => new[] { r[0] / 10 - 1, r[1] / 10 - 1 })] }).Run(_ => { }, default);

        var scaled = new ShapComputation(TreesBehind("Scaler offset=10 scale=0.1"), sample).Run(_ => { }, default);
        var mixed = new ShapComputation(TreesBehind("MatMul w=1,0,0,1"), sample).Run(_ => { }, default);

        Assert.StartsWith("Exact", scaled.Method, StringComparison.Ordinal);
        Assert.StartsWith("Permutation", mixed.Method, StringComparison.Ordinal);
        Assert.Equal(plain.Outputs[0].Values, scaled.Outputs[0].Values);
        Assert.NotEqual(0, scaled.Outputs[0].Values[0][0]);
    }

    [Fact]
    public void A_linear_model_is_explained_without_error()
    {
        List<double[]> rows = [[1, 2], [3, 4], [8, 0]];

        var computed = new ShapComputation(Graphs.Of("LinearRegressor coefficients=2,-1 intercepts=5"), new(["a", "b"], rows)).Run(_ => { }, default);

        Assert.Equal(2 * (8 - 4.0), computed.Outputs[0].Values[2][0], 1e-9);
        Assert.Equal(-1 * (0 - 2.0), computed.Outputs[0].Values[2][1], 1e-9);
        Assert.Equal(5 + 8 - 2, computed.Outputs[0].BaseValue!.Value, 1e-9);
        Assert.All(computed.Outputs[0].Errors!, e => Assert.Equal(0, e, 1e-9));
        Assert.StartsWith("Permutation", computed.Method, StringComparison.Ordinal);
    }

    [Fact]
    public void A_network_has_a_value_for_each_class_and_an_error()
    {
        var file = Graphs.File(
            [new("x", "double[N,2]")], "y",
            Graphs.Node("Gemm w=1,-1,2,1,1,1 c=0,1,0", ["x"], "h"), Graphs.Node("Relu", ["h"], "r"), Graphs.Node("Softmax axis=1", ["r"], "y"));
        var random = new Random(2);
        List<double[]> rows = [.. Enumerable.Range(0, 20).Select(_ => new[] { random.NextDouble() * 4 - 2, random.NextDouble() * 4 - 2 })];

        var computed = new ShapComputation(file, new(["a", "b"], rows)).Run(_ => { }, default);

        Assert.Equal(3, computed.Outputs.Count);
        // The probabilities of the classes add up to 1 for every row, so what a feature gives to them all is nothing.
        Assert.All(Enumerable.Range(0, 20), r => Assert.Equal(0, computed.Outputs.Sum(o => o.Values[r][0]), 1e-9));
        Assert.Equal(1, computed.Outputs.Sum(o => o.BaseValue!.Value), 1e-9);
        Assert.All(computed.Outputs, o => Assert.NotNull(o.Errors));
    }

    [Fact]
    public void It_stops_when_it_is_told_to()
    {
        using var cancel = new CancellationTokenSource();
        var computation = new ShapComputation(Graphs.Of("Relu"), new(null, [[1, 2], [3, 4], [5, 6]]));
        List<int> told = [];

        Assert.Throws<OperationCanceledException>(() => computation.Run(done => { told.Add(done); cancel.Cancel(); }, cancel.Token));

        Assert.Equal([1], told);
    }

    [Theory]
    [InlineData("Conv", 2, "Conv")]
    [InlineData("Relu", 3, "2 features, the sample has 3")]
    [InlineData("Relu", 2, "no finite number")]
    public void What_cannot_be_explained_is_told_why(string operation, int width, string words)
    {
        SampleTable sample = new(null, [[.. Enumerable.Repeat(1.0, width)], [.. Enumerable.Repeat(words.Contains("finite", StringComparison.Ordinal) ? double.NaN : 2, width)]]);

        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => new ShapComputation(Graphs.Of(operation), sample).Run(_ => { }, default)).Message, StringComparison.Ordinal);
    }

    private static OnnxFile TreesBehind(string operation)
    {
        OnnxNode trees = new("TreeEnsembleRegressor", "ai.onnx.ml", ["h"], ["y"], new Dictionary<string, OnnxAttribute>
        {
            ["n_targets"] = new([1], [], []),
            ["nodes_treeids"] = new([0, 0, 0, 0, 0], [], []),
            ["nodes_nodeids"] = new([0, 1, 2, 3, 4], [], []),
            ["nodes_modes"] = new([], [], ["BRANCH_LEQ", "LEAF", "BRANCH_LEQ", "LEAF", "LEAF"]),
            ["nodes_featureids"] = new([0, 0, 1, 0, 0], [], []),
            ["nodes_values"] = new([], [1.5, 0, -0.5, 0, 0], []),
            ["nodes_truenodeids"] = new([1, 0, 3, 0, 0], [], []),
            ["nodes_falsenodeids"] = new([2, 0, 4, 0, 0], [], []),
            ["target_treeids"] = new([0, 0, 0], [], []),
            ["target_nodeids"] = new([1, 3, 4], [], []),
            ["target_ids"] = new([0, 0, 0], [], []),
            ["target_weights"] = new([], [1, 4, 9], []),
        });
        return Graphs.File([new("x", "double[N,2]")], "y", Graphs.Node(operation, ["x"], "h"), (trees, []));
    }
}
