using System.Globalization;
using MlHub.Onnx;

namespace MlHub.Core.Tests.Explanations;

/// <summary>Small graphs from words: <c>Gemm transB w=1,2</c>.</summary>
internal static class Graphs
{
    /// <summary>One operator from <c>x</c>, of two features, to <c>y</c>.</summary>
    public static OnnxFile Of(string operation) => File([new("x", "double[N,2]")], "y", Node(operation, ["x"], "y"));

    public static OnnxFile File(IReadOnlyList<OnnxValue> inputs, string output, params (OnnxNode Node, Dictionary<string, OnnxTensor> Stored)[] nodes) =>
        new("", [], new Dictionary<string, string>(), inputs, [new(output, "float[N,1]")], [.. nodes.Select(n => n.Node)], 0) { Stored = nodes.SelectMany(n => n.Stored).DistinctBy(s => s.Key).ToDictionary() };

    public static (OnnxNode Node, Dictionary<string, OnnxTensor> Stored) Node(string operation, string[] inputs, string output)
    {
        var words = operation.Split(' ');
        Dictionary<string, OnnxAttribute> attributes = [];
        Dictionary<string, OnnxTensor> stored = [];
        List<string> taken = [.. inputs];
        foreach (var (name, value) in words.Skip(1).Select(w => w.Split('=')).Select(w => (w[0], w.Length > 1 ? w[1] : "1")))
        {
            if (name is "v" or "w" or "c")
            {
                double[] numbers = [.. value.Split(',').Select(Number)];
                // A matrix takes two features, whichever way it lies.
                List<long> shape = name != "w" ? [numbers.Length] : words.Contains("transB") ? [numbers.Length / 2, 2] : [2, numbers.Length / 2];
                stored[$"{output}:{name}"] = new(shape, shape.Aggregate(1L, (a, b) => a * b) == numbers.Length ? numbers : null);
                taken.Add($"{output}:{name}");
            }
            else if (name == "classes")
            {
                attributes["classlabels_int64s"] = new([.. Enumerable.Range(0, (int)Number(value)).Select(i => (long)i)], [], []);
            }
            else if (value is "L1" or "L2" or "MAX" or "SOFTMAX" or "LOGISTIC" or "PROBIT")
            {
                attributes[name] = new([], [], [value]);
            }
            else if (name is "axis" or "to" or "targets" or "transA" or "transB")
            {
                attributes[name] = new([(long)Number(value)], [], []);
            }
            else
            {
                attributes[name] = new([], [.. value.Split(',').Select(Number)], []);
            }
        }

        var isLearned = words[0] is "Scaler" or "Imputer" or "Normalizer" || words[0].StartsWith("Linear", StringComparison.Ordinal);
        return (new(words[0], isLearned ? "ai.onnx.ml" : "", taken, words[0] == "LinearClassifier" ? ["label", output] : [output], attributes), stored);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}
