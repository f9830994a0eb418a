using MlHub.Scoring.Onnx;

namespace MlHub.Testing.Serving;

/// <summary>Models that tests serve, good and bad.</summary>
public static class OnnxModels
{
    /// <summary>Two columns of floats, <c>a</c> and <c>b</c>; answers <c>sum</c>.</summary>
    public static byte[] Sum { get; } = new OnnxGraph()
        .Input("a", ElementType.Float, -1, 1).Input("b", ElementType.Float, -1, 1).Output("sum", ElementType.Float, -1, 1)
        .Node("Add", ["a", "b"], ["sum"]).ToModel();

    /// <summary>The same columns; answers <c>sum</c> too, but it is their product.</summary>
    public static byte[] Product { get; } = new OnnxGraph()
        .Input("a", ElementType.Float, -1, 1).Input("b", ElementType.Float, -1, 1).Output("sum", ElementType.Float, -1, 1)
        .Node("Mul", ["a", "b"], ["sum"]).ToModel();

    /// <summary>A matrix of three columns, <c>x</c>; answers <c>y</c>, the mean of each row.</summary>
    public static byte[] Mean { get; } = new OnnxGraph()
        .Input("x", ElementType.Float, -1, 3).Output("y", ElementType.Float, -1, 1)
        .Node("ReduceMean", ["x"], ["y"], ("axes", new[] { 1L }), ("keepdims", 1L)).ToModel();

    /// <summary>One column of floats, <c>x</c>; answers <c>rows</c>, with how many rows it was run, in each.</summary>
    public static byte[] Crowd { get; } = new OnnxGraph()
        .Input("x", ElementType.Float, -1, 1).Output("rows", ElementType.Float, -1, 1).Stored("first", [], 0)
        .Node("Shape", ["x"], ["shape"]).Node("Gather", ["shape", "first"], ["count"]).Node("Cast", ["count"], ["real"], ("to", 1L)).Node("Expand", ["real", "shape"], ["rows"]).ToModel();

    /// <summary>One column of floats, <c>x</c>; answers <c>total</c>, one row whatever it is asked.</summary>
    public static byte[] Total { get; } = new OnnxGraph()
        .Input("x", ElementType.Float, -1, 1).Output("total", ElementType.Float, -1, 1)
        .Node("ReduceSum", ["x"], ["total"], ("keepdims", 1L)).ToModel();

    /// <summary>A column of places in a list of three, <c>at</c>; answers <c>y</c>, and an error for a place outside of it.</summary>
    public static byte[] Choosy { get; } = new OnnxGraph()
        .Input("at", ElementType.Int64, -1).Output("y", ElementType.Int64, -1).Stored("list", [3], 10, 20, 30)
        .Node("Gather", ["list", "at"], ["y"]).ToModel();

    /// <summary>Two nodes, each of which needs the other's output.</summary>
    public static byte[] Cycle { get; } = new OnnxGraph()
        .Input("x", ElementType.Float, -1, 1).Output("y", ElementType.Float, -1, 1)
        .Node("Add", ["x", "z"], ["y"]).Node("Identity", ["y"], ["z"]).ToModel();

    /// <summary>A hundred bytes that say that two thousand million bytes of weights follow.</summary>
    public static byte[] Claim { get; } = new OnnxGraph()
        .Input("x", ElementType.Float, -1, 1).Output("y", ElementType.Float, -1, 1).StoredWithout("w", 500_000_000).Node("Add", ["x", "w"], ["y"]).ToModel();

    /// <summary>One tensor of each kind in, the same out: whole numbers, texts, truths, doubles.</summary>
    public static byte[] Echo { get; } = new OnnxGraph()
        .Input("whole", ElementType.Int64, -1).Input("text", ElementType.String, -1).Input("truth", ElementType.Bool, -1).Input("real", ElementType.Double, -1)
        .Output("whole_out", ElementType.Int64, -1).Output("text_out", ElementType.String, -1).Output("truth_out", ElementType.Bool, -1).Output("real_out", ElementType.Double, -1)
        .Node("Identity", ["whole"], ["whole_out"]).Node("Identity", ["text"], ["text_out"])
        .Node("Identity", ["truth"], ["truth_out"]).Node("Identity", ["real"], ["real_out"]).ToModel();

    /// <summary>Two scores for each row, <c>x</c>; answers the scores by class as a list of maps.</summary>
    public static byte[] Classes { get; } = new OnnxGraph()
        .Input("x", ElementType.Float, -1, 2).OutputMaps("scores")
        .Node("ZipMap", ["x"], ["scores"], ("classlabels_int64s", new[] { 3L, 7L })).ToModel();

    /// <summary>Valid, a hundred bytes, and the end of every process that asks it: <c>Min</c> with an empty optional input.</summary>
    public static byte[] Crash { get; } = new OnnxGraph()
        .Input("x", ElementType.Float, -1, 1).Output("y", ElementType.Float, -1, 1).Node("Min", ["x", ""], ["y"]).ToModel();

    /// <summary>Takes what <see cref="Crash"/> takes; answers it.</summary>
    public static byte[] Same { get; } = new OnnxGraph()
        .Input("x", ElementType.Float, -1, 1).Output("y", ElementType.Float, -1, 1).Node("Identity", ["x"], ["y"]).ToModel();

    /// <summary>Goes around as often as <c>trips</c> says; answers <c>done</c>.</summary>
    public static byte[] Loop { get; } = new OnnxGraph()
        .Input("trips", ElementType.Int64, 1).Output("done", ElementType.Int64, 1)
        .Node("Loop", ["trips", "", "trips"], ["done"], ("body", new OnnxGraph("body")
            .Input("i", ElementType.Int64).Input("go", ElementType.Bool).Input("v", ElementType.Int64, 1)
            .Output("go_on", ElementType.Bool).Output("w", ElementType.Int64, 1)
            .Node("Identity", ["go"], ["go_on"]).Node("Identity", ["v"], ["w"]))).ToModel();

    /// <summary>Answers the same as <see cref="Loop"/>, at once.</summary>
    public static byte[] NoLoop { get; } = new OnnxGraph()
        .Input("trips", ElementType.Int64, 1).Output("done", ElementType.Int64, 1).Node("Identity", ["trips"], ["done"]).ToModel();

    /// <summary>Takes <c>elements</c> times four bytes of memory; answers their largest, zero.</summary>
    public static byte[] Memory { get; } = new OnnxGraph()
        .Input("elements", ElementType.Int64, 1).Output("largest", ElementType.Float, 1)
        .Node("ConstantOfShape", ["elements"], ["zeros"]).Node("ReduceMax", ["zeros"], ["largest"], ("keepdims", 1L)).ToModel();

    /// <summary>Its weights are said to be in a file elsewhere on the machine.</summary>
    public static byte[] WeightsIn(string file) => new OnnxGraph()
        .Input("x", ElementType.Float, 4).Output("y", ElementType.Float, 4).StoredIn("w", file, 4).Node("Add", ["x", "w"], ["y"]).ToModel();
}
