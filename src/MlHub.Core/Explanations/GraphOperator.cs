using MlHub.Onnx;

namespace MlHub.Explanations;

/// <summary>
/// An operator of ONNX's on rows of numbers (onnx.ai, "Operators": ai.onnx and ai.onnx.ml), in double precision. Only those that are listed
/// here are computed, and only where each row's answer depends on that row alone.
/// </summary>
internal sealed class GraphOperator
{
    private const int MostColumns = 1_000_000;

    private readonly OnnxNode _node;
    private readonly IReadOnlyDictionary<string, OnnxTensor> _stored;
    private readonly LearnedOperator _learned;

    /// <exception cref="InvalidDataException">It is not one that is computed.</exception>
    public GraphOperator(OnnxNode node, IReadOnlyDictionary<string, OnnxTensor> stored)
    {
        (_node, _stored, _learned) = (node, stored, new(node));
        if (!IsKnown(node))
        {
            throw Refused("is not computed");
        }
    }

    /// <summary>The inputs that are computed, not stored.</summary>
    public IEnumerable<string> Inputs => _node.Inputs.Where(i => i.Length > 0 && !_stored.ContainsKey(i));

    public string Name => _node.Operator;

    /// <summary>The value that it computes: of a classifier its scores, which stand after the label.</summary>
    public string Answer => _node.Operator is "LinearClassifier" or "TreeEnsembleClassifier" ? _node.Outputs[^1] : _node.Outputs[0];

    /// <summary>Whether each column of its answer is made of that column alone.</summary>
    public bool IsByColumn => _node.Operator is "Identity" or "Dropout" or "Cast" or "Scaler" or "Imputer";

    /// <exception cref="InvalidDataException">What it holds or is given does not fit.</exception>
    public GraphMatrix Run(IReadOnlyDictionary<string, GraphMatrix> known)
    {
        var rows = Inputs.Select(i => known[i]).ToList();
        return _learned.RunOrNull(rows) ?? (_node.Operator, rows) switch
        {
            ("Identity" or "Dropout" or "ZipMap", [var x, ..]) => x,
            ("Cast", [var x]) => Integer("to", 0) switch { 1 => x.Each(v => (float)v), 11 => x, _ => throw Refused("to that type is not computed") },
            ("Reshape" or "Flatten", [var x]) => Reshaped(x),
            ("Relu", [var x]) => x.Each(v => Math.Max(v, 0)),
            ("LeakyRelu", [var x]) => x.Each(v => v < 0 ? v * Number("alpha", 0.01) : v),
            ("Sigmoid", [var x]) => x.Each(Logistic),
            ("Tanh", [var x]) => x.Each(Math.Tanh),
            ("Exp", [var x]) => x.Each(Math.Exp),
            ("Neg", [var x]) => x.Each(v => -v),
            ("Softmax", [var x]) when Integer("axis", -1) is 1 or -1 => x.EachRow(Softmax),
            ("Concat", _) when Integer("axis", 0) is 1 or -1 && rows.Count == _node.Inputs.Count => Beside(rows),
            ("Add", _) => Pairwise(known, (a, b) => a + b),
            ("Sub", _) => Pairwise(known, (a, b) => a - b),
            ("Mul", _) => Pairwise(known, (a, b) => a * b),
            ("Div", _) => Pairwise(known, (a, b) => a / b),
            ("MatMul", [var x]) when _node.Inputs is [_, var w] => Product(x, Stored(w), isTransposed: false),
            ("Gemm", [var x]) when _node.Inputs is [_, var w, ..] && Integer("transA", 0) == 0 => Gemm(x, Stored(w)),
            _ => throw Refused("is not computed in this form"),
        };
    }

    public static double Logistic(double v) => v >= 0 ? 1 / (1 + Math.Exp(-v)) : Math.Exp(v) / (1 + Math.Exp(v));

    public static void Softmax(Span<double> row)
    {
        var most = double.NegativeInfinity;
        foreach (var v in row)
        {
            most = Math.Max(most, v);
        }

        var sum = 0.0;
        foreach (ref var v in row)
        {
            v = Math.Exp(v - most);
            sum += v;
        }

        foreach (ref var v in row)
        {
            v /= sum;
        }
    }

    private static bool IsKnown(OnnxNode node) => node.Domain is "" or "ai.onnx" or "ai.onnx.ml" && (LearnedOperator.IsKnown(node.Operator) || node.Operator is
        "Identity" or "Dropout" or "ZipMap" or "Cast" or "Reshape" or "Flatten" or "Relu" or "LeakyRelu" or "Sigmoid" or "Tanh" or "Exp" or "Neg" or "Softmax"
        or "Concat" or "Add" or "Sub" or "Mul" or "Div" or "MatMul" or "Gemm");

    private GraphMatrix Gemm(GraphMatrix x, OnnxTensor weights)
    {
        var (alpha, beta) = (Number("alpha", 1), Number("beta", 1));
        var product = Product(x, weights, Integer("transB", 0) != 0);
        product = alpha == 1 ? product : product.Each(v => v * alpha);
        return _node.Inputs is [_, _, { Length: > 0 } c] ? WithVector(product, RowOf(Stored(c)), (a, b) => a + beta * b, isFirst: true) : product;
    }

    private GraphMatrix Product(GraphMatrix x, OnnxTensor weights, bool isTransposed)
    {
        if (weights is not { Shape: [var first, var second], Values: { } w } || x.Columns != (isTransposed ? second : first))
        {
            throw Refused("has weights that do not fit");
        }

        var (inner, columns) = (x.Columns, (int)(isTransposed ? first : second));
        return x.Into(columns, (row, made) =>
        {
            for (var i = 0; i < inner; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    made[j] += row[i] * w[isTransposed ? j * inner + i : i * columns + j];
                }
            }
        });
    }

    private GraphMatrix Pairwise(IReadOnlyDictionary<string, GraphMatrix> known, Func<double, double, double> of) =>
        _node.Inputs is not [var left, var right] ? throw Refused("takes two inputs")
        : (known.GetValueOrDefault(left), known.GetValueOrDefault(right)) switch
        {
            ({ } a, { } b) when a.Columns == b.Columns => a with { Values = [.. a.Values.Zip(b.Values, of)] },
            ({ } a, { } b) when b.Columns == 1 => a with { Values = [.. a.Values.Select((v, i) => of(v, b.Values[i / a.Columns]))] },
            ({ } a, { } b) when a.Columns == 1 => b with { Values = [.. b.Values.Select((v, i) => of(a.Values[i / b.Columns], v))] },
            ({ } a, null) => WithVector(a, RowOf(Stored(right)), of, isFirst: true),
            (null, { } b) => WithVector(b, RowOf(Stored(left)), of, isFirst: false),
            _ => throw Refused("has inputs that do not fit"),
        };

    /// <summary>Each row with the same numbers, or with one number.</summary>
    private GraphMatrix WithVector(GraphMatrix x, double[] vector, Func<double, double, double> of, bool isFirst)
    {
        if (x.Columns != vector.Length && x.Columns != 1 && vector.Length != 1)
        {
            throw Refused("has inputs that do not fit");
        }

        return x.Into(Math.Max(x.Columns, vector.Length), (row, made) =>
        {
            for (var j = 0; j < made.Length; j++)
            {
                var (a, b) = (row[row.Length == 1 ? 0 : j], vector[vector.Length == 1 ? 0 : j]);
                made[j] = isFirst ? of(a, b) : of(b, a);
            }
        });
    }

    /// <summary>Stored numbers that are the same for every row.</summary>
    private double[] RowOf(OnnxTensor tensor) =>
        tensor.Values is { } values && (tensor.Shape.Count == 0 || tensor.Shape[^1] == values.Length) ? values : throw Refused("has stored numbers that are not read");

    /// <summary>Rows that stay as they are: what would take numbers from one row to another is refused.</summary>
    private GraphMatrix Reshaped(GraphMatrix x)
    {
        double[] shape = _node.Operator == "Flatten" && Integer("axis", 1) == 1 ? [0, -1] : _node.Inputs is [_, var s] && _stored.TryGetValue(s, out var tensor) ? tensor.Values ?? [] : [];
        return shape is [-1 or 0, var columns] && (columns == x.Columns || columns <= 0 && shape[0] != columns) || shape is [-1] && x.Columns == 1
            ? x
            : throw Refused("to another number of rows is not computed");
    }

    private GraphMatrix Beside(List<GraphMatrix> parts)
    {
        if (parts.Count == 0 || parts.Sum(p => (long)p.Columns) > MostColumns)
        {
            throw Refused("makes rows that are too long");
        }

        var made = new GraphMatrix(parts[0].Rows, parts.Sum(p => p.Columns), new double[parts[0].Rows * parts.Sum(p => p.Columns)]);
        for (var r = 0; r < made.Rows; r++)
        {
            var at = 0;
            foreach (var part in parts)
            {
                part.Row(r).CopyTo(made.Row(r)[at..]);
                at += part.Columns;
            }
        }

        return made;
    }

    private OnnxTensor Stored(string name) => _stored.TryGetValue(name, out var tensor) ? tensor : throw Refused("is not computed in this form");

    private long Integer(string name, long otherwise) => _node.Attributes.GetValueOrDefault(name)?.Integers is [var value] ? value : otherwise;

    private double Number(string name, double otherwise) => _node.Attributes.GetValueOrDefault(name)?.Numbers is [var value] ? value : otherwise;

    private InvalidDataException Refused(string why) => new($"Its operator '{_node.Operator}' {why} here.");
}
