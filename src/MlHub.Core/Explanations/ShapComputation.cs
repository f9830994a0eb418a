using System.Globalization;
using MlHub.Onnx;

namespace MlHub.Explanations;

/// <summary>
/// Explains what an ONNX model answers for the rows of a sample, against rows of the same sample: by exact interventional TreeSHAP where trees
/// answer and what stands before them changes each feature by itself, else by sampled permutations, where every operator is one that is computed here.
/// </summary>
public sealed class ShapComputation
{
    private const int MostPairs = 8, LeastPairs = 2, Seed = 20, MostSampledFeatures = 1000;

    private readonly SampleTable _sample;
    private readonly SampleTable _against;
    private readonly IReadOnlyList<int> _rows;
    private readonly GraphProgram _program;
    private readonly IReadOnlyList<TreeEnsemble>? _trees;
    private readonly IReadOnlyList<int> _columns = [];
    private readonly IReadOnlyList<string> _outputs;
    private readonly string _scale = "";

    /// <param name="sample">Its columns are the model's features, in their order.</param>
    /// <param name="against">Rows of the same columns to explain against; the sample's own without them.</param>
    /// <exception cref="InvalidDataException">The model cannot be explained here; the words say why.</exception>
    public ShapComputation(OnnxFile file, SampleTable sample, SampleTable? against = null)
    {
        var output = file.Outputs.FirstOrDefault(o => o.Type.StartsWith("float[", StringComparison.Ordinal) || o.Type.StartsWith("double[", StringComparison.Ordinal) || o.Type.StartsWith("?[", StringComparison.Ordinal))
            ?? throw new InvalidDataException("It answers no numbers.");
        (_sample, var features) = (Rounded(file, sample), sample.Width);
        _against = against is null ? _sample
            : sample.Rows.All(r => r.Length == against.Width) ? Rounded(file, against)
            : throw new InvalidDataException($"The rows to explain have not the {against.Width} columns of the sample.");
        _rows = NpyRows.Evenly(sample.Rows.Count, Math.Min(Limits.ExplainedRows, Math.Max(1, Limits.ExplainedValues / features)));
        var (node, labels) = LastOf(file, output.Name);
        if (node is { Operator: "TreeEnsembleRegressor" or "TreeEnsembleClassifier", Inputs: [var taken] } && new GraphProgram(file, features, taken) is var before && before.ColumnsOrNull() is { } columns)
        {
            (_program, _columns, _trees) = (before, columns, TreeEnsemble.ReadAll(node));
            _scale = node.Attributes.GetValueOrDefault("post_transform")?.Texts is [not "NONE"] ? " of the score before it is made a probability" : "";
            if (_trees.Any(t => t.Features > before.Width))
            {
                throw new InvalidDataException("Its trees ask for features that it does not take.");
            }
        }
        else
        {
            _program = features <= MostSampledFeatures
                ? new(file, features, output.Name)
                : throw new InvalidDataException($"It has {features} features; up to {MostSampledFeatures} are explained where it is no ensemble of trees.");
        }

        var count = _trees?.Count ?? _program.Width;
        _outputs = count > Limits.ExplainedOutputs ? throw new InvalidDataException($"It has {count} outputs; up to {Limits.ExplainedOutputs} are explained.")
            : labels?.Count == count ? labels
            // Of two classes the trees may hold the second alone.
            : count == 1 ? [labels is [_, var second] ? second : output.Name]
            : [.. Enumerable.Range(0, count).Select(o => $"output {o}")];
    }

    /// <summary>How many rows are explained.</summary>
    public int Rows => _rows.Count;

    /// <param name="progress">Called after each row with the number of rows done.</param>
    public Explanation Run(Action<int> progress, CancellationToken cancel) => _trees is null ? Sampled(progress, cancel) : Exact(_trees, progress, cancel);

    private Explanation Exact(IReadOnlyList<TreeEnsemble> trees, Action<int> progress, CancellationToken cancel)
    {
        // A walk visits fewer nodes than a tree has.
        var background = Background(trees.Sum(t => t.Trees.Sum(tree => (long)tree.Nodes.Count)));
        var explainers = trees.Select(t => new TreeShap(t.Trees, _program.Width)).ToList();
        var (references, rows) = (Split(_program.Run(GraphMatrix.Of(background))), Split(_program.Run(GraphMatrix.Of([.. _rows.Select(r => _sample.Rows[r])]))));
        var values = trees.Select(_ => new List<double[]>()).ToList();
        for (var r = 0; r < rows.Count; r++)
        {
            for (var t = 0; t < trees.Count; t++)
            {
                var made = new double[_sample.Width];
                var found = explainers[t].Explain(rows[r], references, cancel);
                for (var c = 0; c < found.Length; c++)
                {
                    made[_columns[c]] = found[c];
                }

                values[t].Add(made);
            }

            progress(r + 1);
        }

        return Made(
            [.. trees.Select((t, o) => new ExplainedOutput(_outputs[o], references.Average(b => t.Predict(b)), values[o]))],
            $"Exact TreeSHAP{_scale}, against {background.Count} rows of the sample");
    }

    private Explanation Sampled(Action<int> progress, CancellationToken cancel)
    {
        var background = Background(PermutationShapley.Evaluations(_sample.Width, 1, LeastPairs) * _program.Cost);
        var pairs = (int)Math.Clamp(Limits.ExplanationWork / Math.Max(1, PermutationShapley.Evaluations(_sample.Width, background.Count, 1) * _program.Cost * Rows), LeastPairs, MostPairs);
        var shapley = new PermutationShapley(_program.Run, _sample.Width, _program.Width, pairs, Seed);
        var values = _outputs.Select(_ => new List<double[]>()).ToList();
        var errors = _outputs.Select(_ => new double[_sample.Width]).ToList();
        for (var r = 0; r < Rows; r++)
        {
            var (found, off) = shapley.Explain(_sample.Rows[_rows[r]], background, cancel);
            for (var o = 0; o < _outputs.Count; o++)
            {
                values[o].Add(found[o]);
                for (var f = 0; f < _sample.Width; f++)
                {
                    errors[o][f] += off[o][f] / Rows;
                }
            }

            progress(r + 1);
        }

        var mean = _program.Run(GraphMatrix.Of(background));
        return Made(
            [.. _outputs.Select((name, o) => new ExplainedOutput(name, Enumerable.Range(0, mean.Rows).Average(b => mean.Values[b * mean.Columns + o]), values[o]) { Errors = errors[o] })],
            $"Permutation Shapley values, sampled: {pairs} orders and their reverse for each of {background.Count} rows of the sample");
    }

    private Explanation Made(List<ExplainedOutput> outputs, string method) =>
        outputs.Exists(o => o.Values.Any(row => row.Any(v => !double.IsFinite(v))))
            ? throw new InvalidDataException("It answers no finite number for some rows of the sample.")
            : new(_sample.Columns ?? [.. Enumerable.Range(0, _sample.Width).Select(f => $"feature {f}")], outputs, _rows, _sample.Rows.Count)
            {
                Inputs = [.. _rows.Select(r => _sample.Rows[r])],
                Method = method,
            };

    /// <summary>As many rows of the sample as the work allows, at even distances.</summary>
    private List<double[]> Background(long workPerRow)
    {
        var most = Limits.ExplanationWork / Math.Max(1, workPerRow * Rows);
        return most < Math.Min(Limits.LeastBackgroundRows, _against.Rows.Count)
            ? throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{Rows} rows of {_sample.Width} features are more than is computed here for a model of this size. A smaller sample may do."))
            : [.. NpyRows.Evenly(_against.Rows.Count, (int)Math.Min(most, Limits.BackgroundRows)).Select(r => _against.Rows[r])];
    }

    /// <summary>What answers in the end, behind operators that only change the form, and the names of the classes.</summary>
    private static (OnnxNode? Node, IReadOnlyList<string>? Labels) LastOf(OnnxFile file, string output)
    {
        IReadOnlyList<string>? labels = null;
        var value = output;
        // A file may lie, and lead in a circle.
        for (var step = 0; step < file.Nodes.Count && file.Nodes.LastOrDefault(n => n.Outputs.Contains(value)) is { } node; step++, value = node.Inputs[0])
        {
            labels ??= OnnxLabels.Of(node);
            if (node is not { Operator: "ZipMap" or "Identity" or "Cast", Inputs.Count: 1 })
            {
                // A normalizer behind a classifier's scores has no labels of its own.
                return (node, labels ?? file.Nodes.Select(OnnxLabels.Of).FirstOrDefault(l => l is not null));
            }
        }

        return (null, labels);
    }

    /// <summary>A model that takes single precision sees the sample so.</summary>
    private static SampleTable Rounded(OnnxFile file, SampleTable sample) =>
        file.Inputs.All(i => i.Type.StartsWith("float[", StringComparison.Ordinal)) ? sample with { Rows = [.. sample.Rows.Select(r => Array.ConvertAll(r, v => (double)(float)v))] } : sample;

    private static List<double[]> Split(GraphMatrix matrix) => [.. Enumerable.Range(0, matrix.Rows).Select(r => matrix.Row(r).ToArray())];
}
