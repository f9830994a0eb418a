using MlHub.Explanations;
using MlHub.Onnx;

namespace MlHub.Core.Tests.Explanations;

/// <summary>Each operator against values that were computed by hand.</summary>
public sealed class GraphProgramTests
{
    public static TheoryData<string, double[], double[]> ByHand => new()
    {
        { "Relu", [-1, 2], [0, 2] },
        { "Neg", [-1, 2], [1, -2] },
        { "Sigmoid", [0, Math.Log(3)], [0.5, 0.75] },
        { "Tanh", [0, Math.Atanh(0.5)], [0, 0.5] },
        { "Exp", [0, Math.Log(5)], [1, 5] },
        { "Softmax", [Math.Log(1), Math.Log(3)], [0.25, 0.75] },
        { "Identity", [4, 5], [4, 5] },
        { "LeakyRelu alpha=0.5", [-4, 3], [-2, 3] },
        { "Cast to=1", [0.1, 2], [0.1f, 2] },
        { "Flatten", [4, 5], [4, 5] },
        { "Add v=10,20", [1, 2], [11, 22] },
        { "Sub v=10", [1, 2], [-9, -8] },
        { "Mul v=2,3", [5, 7], [10, 21] },
        { "Div v=2,4", [5, 8], [2.5, 2] },
        { "MatMul w=1,2,3,4,5,6", [10, 100], [410, 520, 630] },
        { "Gemm alpha=2 beta=3 w=1,2,3,4,5,6 c=1,1,2", [10, 100], [823, 1043, 1266] },
        { "Gemm transB w=1,2,3,4,5,6", [10, 100], [210, 430, 650] },
        { "Normalizer norm=L1", [-1, 3], [-0.25, 0.75] },
        { "Normalizer norm=L2", [3, 4], [0.6, 0.8] },
        { "Normalizer norm=MAX", [2, 4], [0.5, 1] },
        { "Normalizer norm=L2", [0, 0], [0, 0] },
        { "Scaler offset=1,2 scale=10,100", [2, 5], [10, 300] },
        { "Imputer imputed_value_floats=7,8 replaced_value_float=NaN", [double.NaN, 5], [7, 5] },
        { "LinearRegressor coefficients=2,3 intercepts=1", [10, 100], [321] },
        { "LinearRegressor targets=2 coefficients=1,0,0,1 intercepts=0,5", [10, 100], [10, 105] },
        { "LinearClassifier post_transform=SOFTMAX classes=3 coefficients=0,0,0,0,1,0 intercepts=0,0,0", [Math.Log(2), 9], [0.25, 0.25, 0.5] },
        { "LinearClassifier post_transform=LOGISTIC classes=2 coefficients=-1,0,1,0 intercepts=0,0", [Math.Log(3), 9], [0.25, 0.75] },
    };

    [Theory]
    [MemberData(nameof(ByHand))]
    public void An_operator_computes_what_its_definition_says(string operation, double[] row, double[] expected)
    {
        var program = new GraphProgram(Graphs.Of(operation), row.Length, "y");

        var answer = program.Run(new(2, row.Length, [.. row, .. row]));

        Assert.Equal((2, expected.Length), (answer.Rows, program.Width));
        Assert.All(Enumerable.Range(0, expected.Length), i => Assert.Equal((expected[i], expected[i]), (answer.Values[i], answer.Values[expected.Length + i]), Close));
    }

    [Theory]
    [InlineData("Conv", "'Conv' is not computed")]
    [InlineData("Cast to=6", "'Cast'")]
    [InlineData("Softmax axis=0", "'Softmax'")]
    [InlineData("Add v=1,2,3", "do not fit")]
    [InlineData("MatMul w=1,2,3", "do not fit")]
    [InlineData("Gemm transA w=1,2,3,4", "'Gemm'")]
    [InlineData("Scaler offset=1,2,3 scale=1", "'Scaler'")]
    [InlineData("LinearRegressor coefficients=1 intercepts=1", "'LinearRegressor'")]
    [InlineData("LinearClassifier classes=2 coefficients=1,1 intercepts=0", "'LinearClassifier'")]
    [InlineData("LinearClassifier post_transform=PROBIT classes=2 coefficients=1,1,1,1 intercepts=0,0", "'LinearClassifier'")]
    public void What_is_not_computed_is_refused_by_name(string operation, string words) =>
        Assert.Contains(words, Assert.Throws<InvalidDataException>(() => new GraphProgram(Graphs.Of(operation), 2, "y")).Message, StringComparison.Ordinal);

    [Fact]
    public void Several_inputs_stand_side_by_side_and_only_what_is_needed_is_computed()
    {
        var file = Graphs.File(
            [new("a", "float[N,1]"), new("b", "float[N,1]")], "y",
            Graphs.Node("Concat axis=1", ["b", "a"], "both"), Graphs.Node("Conv", ["a"], "unused"), Graphs.Node("Scaler offset=0 scale=10", ["both"], "y"));
        var program = new GraphProgram(file, 2, "y");

        Assert.Equal([20, 10], program.Run(new(1, 2, [1, 2])).Values);
        Assert.Equal([1, 0], program.ColumnsOrNull()!);
    }

    [Fact]
    public void A_column_that_is_made_of_several_features_is_told()
    {
        Assert.Null(new GraphProgram(Graphs.Of("Normalizer norm=L2"), 2, "y").ColumnsOrNull());
        Assert.Null(new GraphProgram(Graphs.File([new("x", "float[N,2]")], "y", Graphs.Node("Concat axis=1", ["x", "x"], "y")), 2, "y").ColumnsOrNull());
    }

    [Fact]
    public void A_row_that_grows_without_end_is_refused()
    {
        var nodes = Enumerable.Range(0, 40).Select(i => Graphs.Node("Concat axis=1", [i == 0 ? "x" : $"v{i}", i == 0 ? "x" : $"v{i}"], i == 39 ? "y" : $"v{i + 1}")).ToArray();

        Assert.Throws<InvalidDataException>(() => new GraphProgram(Graphs.File([new("x", "float[N,2]")], "y", nodes), 2, "y"));
    }

    [Fact]
    public void A_graph_in_a_circle_is_refused() => Assert.Throws<InvalidDataException>(() =>
        new ShapComputation(Graphs.File([new("x", "float[N,2]")], "y", Graphs.Node("Identity", ["z"], "y"), Graphs.Node("Identity", ["y"], "z")), new(null, [[1, 2]])));

    private static bool Close((double, double) a, (double, double) b) => Math.Abs(a.Item1 - b.Item1) < 1e-12 && Math.Abs(a.Item2 - b.Item2) < 1e-12;
}
