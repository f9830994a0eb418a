namespace MlHub.Explanations;

/// <summary>
/// Reads what <c>mlflow.shap.log_explanation</c> logs: an array of rows and features, or, of several outputs, of rows, features and
/// outputs as SHAP answers since 0.45, or of outputs, rows and features as it did before.
/// </summary>
public static class ShapArrays
{
    /// <param name="values">The file <c>shap_values.npy</c>; can seek.</param>
    /// <param name="bases">The array in <c>base_values.npy</c>, if there is one.</param>
    /// <param name="names">Names of features for each number of features that names are known for.</param>
    /// <exception cref="InvalidDataException">The file holds no such array.</exception>
    public static async Task<Explanation> ReadAsync(Stream values, NpyArray? bases, Func<int, IReadOnlyList<string>?> names, RowLimits limits, CancellationToken cancel)
    {
        var read = await NpyRows.ReadAsync(values, shape => LayoutOf(shape, bases, names).Rows, limits, cancel);
        var layout = LayoutOf(read.Shape, bases, names);
        var (features, outputs) = (read.Shape[layout.Features], layout.Outputs is { } axis ? read.Shape[axis] : 1);
        if (read.Rows.Count == 0)
        {
            throw new InvalidDataException("The array has no rows.");
        }

        return features is 0 or > Limits.ExplainedFeatures || outputs is 0 or > Limits.ExplainedOutputs
            ? throw new InvalidDataException($"The array has {features} features of {outputs} outputs; up to {Limits.ExplainedFeatures} and {Limits.ExplainedOutputs} are read here.")
            : new Explanation(
                names(features) ?? [.. Enumerable.Range(0, features).Select(f => $"feature {f}")],
                [.. Enumerable.Range(0, outputs).Select(o => new ExplainedOutput(outputs == 1 ? "output" : $"class {o}", BaseOf(bases, o, outputs), Values(read, layout, features, outputs, o)))],
                read.Rows,
                read.Shape[layout.Rows]);
    }

    private readonly record struct Layout(int Rows, int Features, int? Outputs);

    private static Layout LayoutOf(IReadOnlyList<int> shape, NpyArray? bases, Func<int, IReadOnlyList<string>?> names) => shape switch
    {
        [_, _] => new(0, 1, null),
        [var first, var second, var last] => IsOutputsFirst(first, second, last, bases, names) ? new(1, 2, 0) : new(0, 1, 2),
        _ => throw new InvalidDataException($"An array of {shape.Count} dimensions is not read as SHAP values: they have rows, features and, of several outputs, those."),
    };

    /// <summary>By the number of base values, else by the number of features with known names; the newer order where both fit.</summary>
    private static bool IsOutputsFirst(int first, int second, int last, NpyArray? bases, Func<int, IReadOnlyList<string>?> names)
    {
        var outputs = bases is { Shape.Count: 1 } ? bases.Values.Length : -1;
        return (first == outputs) != (last == outputs) ? first == outputs : names(second) is null && names(last) is not null;
    }

    private static double? BaseOf(NpyArray? bases, int output, int outputs) => bases?.Values switch
    {
        [var only] when outputs == 1 && double.IsFinite(only) => only,
        { } all when all.Length == outputs && double.IsFinite(all[output]) => all[output],
        _ => null,
    };

    private static List<double[]> Values(NpyRows read, Layout layout, int features, int outputs, int output)
    {
        var (rows, first) = (read.Rows.Count, layout.Outputs == 0);
        return [.. Enumerable.Range(0, rows).Select(r => Enumerable.Range(0, features).Select(f => read.Values[first ? (output * rows + r) * features + f : (r * features + f) * outputs + output]).ToArray())];
    }
}
