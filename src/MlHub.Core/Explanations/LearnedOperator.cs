using MlHub.Onnx;

namespace MlHub.Explanations;

/// <summary>The operators of <c>ai.onnx.ml</c> that hold what was learned in their attributes.</summary>
internal sealed class LearnedOperator(OnnxNode node)
{
    private readonly List<TreeEnsemble> _trees = [];

    public static bool IsKnown(string name) => name is "Scaler" or "Imputer" or "Normalizer" or "LinearRegressor" or "LinearClassifier" or "TreeEnsembleRegressor" or "TreeEnsembleClassifier";

    /// <summary>Null where the operator is none of these.</summary>
    public GraphMatrix? RunOrNull(IReadOnlyList<GraphMatrix> rows) => (node.Operator, rows) switch
    {
        ("Scaler", [var x]) => x.Into(x.Columns, Scaled(x.Columns)),
        ("Imputer", [var x]) => Imputed(x),
        ("Normalizer", [var x]) => x.EachRow(Normalized(Text("norm", "MAX"))),
        ("LinearRegressor", [var x]) => Linear(x, (int)Integer("targets", 1)),
        ("LinearClassifier", [var x]) => Transformed(Linear(x, Math.Max(Labels.Count, 1))),
        ("TreeEnsembleRegressor", [var x]) => Transformed(Trees(x, (int)Integer("n_targets", 1))),
        ("TreeEnsembleClassifier", [var x]) => Transformed(Trees(x, Labels.Count)),
        _ => null,
    };

    private IReadOnlyList<string> Labels => OnnxLabels.Of(node) ?? [];

    private RowFunction Scaled(int columns)
    {
        var (offset, scale) = (Numbers("offset"), Numbers("scale"));
        return !IsOfEach(offset) || !IsOfEach(scale) ? throw Refused() : (row, made) =>
        {
            for (var i = 0; i < row.Length; i++)
            {
                made[i] = (row[i] - offset[offset.Count == 1 ? 0 : i]) * scale[scale.Count == 1 ? 0 : i];
            }
        };

        bool IsOfEach(IReadOnlyList<double> numbers) => numbers.Count == 1 || numbers.Count == columns;
    }

    private GraphMatrix Imputed(GraphMatrix x)
    {
        var (values, replaced) = (Numbers("imputed_value_floats"), Numbers("replaced_value_float") is [var one] ? one : 0);
        return values.Count != 1 && values.Count != x.Columns ? throw Refused() : x.Into(x.Columns, (row, made) =>
        {
            for (var i = 0; i < row.Length; i++)
            {
                made[i] = row[i].Equals(replaced) ? values[values.Count == 1 ? 0 : i] : row[i];
            }
        });
    }

    private static Action<Span<double>> Normalized(string norm) => row =>
    {
        var size = norm == "MAX" ? double.NegativeInfinity : 0;
        foreach (var v in row)
        {
            size = norm switch { "L1" => size + Math.Abs(v), "L2" => size + v * v, _ => Math.Max(size, v) };
        }

        size = norm == "L2" ? Math.Sqrt(size) : size;
        foreach (ref var v in row)
        {
            v = size == 0 ? v : v / size;
        }
    };

    /// <summary>Coefficients stand target by target.</summary>
    private GraphMatrix Linear(GraphMatrix x, int targets)
    {
        var (weights, intercepts) = (Numbers("coefficients"), Numbers("intercepts"));
        // A classifier of two classes with the weights of one alone is told apart by rules of the runtime's own.
        return targets < 1 || weights.Count != (long)targets * x.Columns || intercepts.Count != 0 && intercepts.Count != targets ? throw Refused() : x.Into(targets, (row, made) =>
        {
            for (var t = 0; t < targets; t++)
            {
                made[t] = intercepts.Count == 0 ? 0 : intercepts[t];
                for (var i = 0; i < row.Length; i++)
                {
                    made[t] += weights[t * row.Length + i] * row[i];
                }
            }
        });
    }

    private GraphMatrix Trees(GraphMatrix x, int targets)
    {
        if (_trees.Count == 0)
        {
            _trees.AddRange(TreeEnsemble.ReadAll(node));
        }

        return _trees.Count != targets || _trees.Exists(t => t.Features > x.Columns) ? throw Refused() : x.Into(targets, (row, made) =>
        {
            for (var t = 0; t < made.Length; t++)
            {
                made[t] = _trees[t].Predict(row);
            }
        });
    }

    private GraphMatrix Transformed(GraphMatrix scores) => Text("post_transform", "NONE") switch
    {
        "NONE" => scores,
        "LOGISTIC" => scores.Each(GraphOperator.Logistic),
        "SOFTMAX" => scores.EachRow(GraphOperator.Softmax),
        _ => throw Refused(),
    };

    private IReadOnlyList<double> Numbers(string name) => node.Attributes.GetValueOrDefault(name)?.Numbers ?? [];

    private long Integer(string name, long otherwise) => node.Attributes.GetValueOrDefault(name)?.Integers is [var value] ? Math.Clamp(value, 0, Limits.ExplainedOutputs) : otherwise;

    private string Text(string name, string otherwise) => node.Attributes.GetValueOrDefault(name)?.Texts is [var value] ? value : otherwise;

    private InvalidDataException Refused() => new($"Its operator '{node.Operator}' is not computed in this form here.");
}
