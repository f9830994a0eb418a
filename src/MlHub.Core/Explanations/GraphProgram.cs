using System.Globalization;
using MlHub.Onnx;

namespace MlHub.Explanations;

/// <summary>A part of a graph that can be computed: what leads from its inputs, side by side the features, to one of its values.</summary>
public sealed class GraphProgram
{
    /// <summary>How many numbers are held at once; rows are computed in parts for it.</summary>
    private const int MostHeld = 4_000_000;

    private readonly List<GraphOperator> _steps = [];
    private readonly IReadOnlyList<(string Name, int Width)> _inputs;
    private readonly string _output;
    private readonly int _held;

    /// <param name="features">How many features there are.</param>
    /// <param name="output">The value to compute.</param>
    /// <exception cref="InvalidDataException">It needs an operator that is not computed here, or other features; the words say which.</exception>
    public GraphProgram(OnnxFile file, int features, string output)
    {
        (_inputs, _output) = (WidthsOf(file, features), output);
        var stored = file.Stored.Concat(file.Nodes.Where(n => n.Operator == "Constant" && n.Outputs is [_]).Select(n => KeyValuePair.Create(n.Outputs[0], ConstantOf(n)))).DistinctBy(s => s.Key).ToDictionary();
        HashSet<string> needed = [output];
        foreach (var node in file.Nodes.Reverse().Where(n => n.Operator != "Constant" && n.Outputs.Any(needed.Contains)))
        {
            var step = new GraphOperator(node, stored);
            _steps.Insert(0, step);
            needed.UnionWith(step.Inputs);
            Cost += node.Inputs.Sum(i => stored.TryGetValue(i, out var tensor) ? tensor.Values?.Length ?? 0 : 0) + node.Attributes.Values.Sum(a => a.Numbers.Count);
        }

        // One row of zeros tells whether all parts fit together, and how much is held for a row.
        (var answer, _held) = RunPart(new(1, features, new double[features]));
        Width = answer.Columns;
        Cost += _held;
    }

    /// <summary>How many numbers it answers for a row.</summary>
    public int Width { get; }

    /// <summary>About how many multiplications a row takes.</summary>
    public long Cost { get; }

    /// <exception cref="InvalidDataException">An operator is given what it is not computed for.</exception>
    public GraphMatrix Run(GraphMatrix features)
    {
        var made = new GraphMatrix(features.Rows, Width, new double[features.Rows * Width]);
        var most = Math.Max(1, MostHeld / _held);
        for (var first = 0; first < features.Rows; first += most)
        {
            RunPart(features.Part(first, Math.Min(most, features.Rows - first))).Answer.Values.CopyTo(made.Values, first * Width);
        }

        return made;
    }

    private (GraphMatrix Answer, int Held) RunPart(GraphMatrix features)
    {
        Dictionary<string, GraphMatrix> known = [];
        var (at, held) = (0, features.Columns);
        foreach (var (name, width) in _inputs)
        {
            var first = at;
            known[name] = features.Into(width, (row, made) => row.Slice(first, width).CopyTo(made));
            at += width;
        }

        foreach (var step in _steps)
        {
            var answer = step.Inputs.All(known.ContainsKey) ? step.Run(known) : throw new InvalidDataException($"Its operator '{step.Name}' takes what is not computed here.");
            held = answer.Columns <= MostHeld - held ? held + answer.Columns : throw new InvalidDataException("It computes more numbers for a row than are held here.");
            known[step.Answer] = answer;
        }

        return (known.TryGetValue(_output, out var result) ? result : throw new InvalidDataException($"'{_output}' is not computed here."), held);
    }

    /// <summary>Which feature each column of the answer is made of; null where one is made of several.</summary>
    public IReadOnlyList<int>? ColumnsOrNull()
    {
        Dictionary<string, IReadOnlyList<int>> known = [];
        var at = 0;
        foreach (var (name, width) in _inputs)
        {
            known[name] = [.. Enumerable.Range(at, width)];
            at += width;
        }

        foreach (var step in _steps)
        {
            var inputs = step.Inputs.Select(known.GetValueOrDefault).ToList();
            if (inputs.Contains(null) || !(step.IsByColumn && inputs.Count == 1 || step.Name == "Concat"))
            {
                return null;
            }

            known[step.Answer] = [.. inputs.SelectMany(c => c!)];
        }

        var columns = known[_output];
        return columns.Distinct().Count() == columns.Count ? columns : null;
    }

    private static List<(string, int)> WidthsOf(OnnxFile file, int features)
    {
        if (file.Inputs.Count == 0 || file.Inputs.FirstOrDefault(i => Dimensions(i).Length != 2) is not null)
        {
            throw new InvalidDataException("It takes something else than rows of features.");
        }

        var widths = file.Inputs.Select(i => (i.Name, Width: int.TryParse(Dimensions(i)[1], NumberStyles.None, CultureInfo.InvariantCulture, out var width) ? width : file.Inputs.Count == 1 ? features : 1)).ToList();
        return widths.Sum(w => (long)w.Width) == features
            ? widths
            : throw new InvalidDataException($"It takes {widths.Sum(w => (long)w.Width)} features, the sample has {features}.");
    }

    private static string[] Dimensions(OnnxValue input) => input.Type[(input.Type.IndexOf('[') + 1)..].TrimEnd(']').Split(',');

    private static OnnxTensor ConstantOf(OnnxNode node) =>
        node.Attributes.GetValueOrDefault("value")?.Tensor
        ?? (node.Attributes.GetValueOrDefault("value_float")?.Numbers is [var number] ? new([], [number])
            : node.Attributes.GetValueOrDefault("value_floats")?.Numbers is { Count: > 0 } numbers ? new([numbers.Count], [.. numbers])
            : new([0], null));
}
