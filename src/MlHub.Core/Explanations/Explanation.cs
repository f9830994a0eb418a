namespace MlHub.Explanations;

/// <summary>The SHAP values of rows that a model was asked about: what each feature adds to or takes from each of the model's outputs.</summary>
/// <param name="Features">Their names, or <c>feature 0</c> … where none are known.</param>
/// <param name="Outputs">What the values are of: one for a number, several for classes.</param>
/// <param name="Rows">Which of the rows these are, from 0.</param>
/// <param name="AllRows">How many rows there were.</param>
public sealed record Explanation(IReadOnlyList<string> Features, IReadOnlyList<ExplainedOutput> Outputs, IReadOnlyList<int> Rows, int AllRows)
{
    /// <summary>The features' own values, row by row; null where they are not known.</summary>
    public IReadOnlyList<double[]>? Inputs { get; init; }

    /// <summary>Why they are not.</summary>
    public string? WhyNoInputs { get; init; }

    /// <summary>By what means and against what, in words; empty where others made the values.</summary>
    public string Method { get; init; } = "";

    /// <summary>How many numbers are held.</summary>
    internal long Size => (long)Rows.Count * Features.Count * (Outputs.Count + (Inputs is null ? 0 : 1));

    /// <summary>The features by their mean |SHAP| over all rows, added up over the outputs as SHAP's own summary plot stacks them; the heaviest first.</summary>
    public IReadOnlyList<FeatureWeight> Weights() => Ranked(f => Math.Min(Outputs.Sum(o => o.MeanAbsolute(f)), double.MaxValue));

    /// <summary>The same of one output.</summary>
    public IReadOnlyList<FeatureWeight> Weights(int output) => Ranked(Outputs[output].MeanAbsolute);

    private List<FeatureWeight> Ranked(Func<int, double> weight) =>
        [.. Features.Select((name, f) => (Name: name, At: f, Weight: weight(f))).OrderByDescending(f => f.Weight).Select((f, i) => new FeatureWeight(f.Name, f.At, f.Weight, i + 1))];
}

/// <summary>The values of one output.</summary>
/// <param name="Name">A class or target.</param>
/// <param name="BaseValue">The mean output that they are counted from; null where it is not known.</param>
/// <param name="Values">One array for each row, with a value for each feature.</param>
public sealed record ExplainedOutput(string Name, double? BaseValue, IReadOnlyList<double[]> Values)
{
    /// <summary>The mean standard error of each feature's values, where they were sampled.</summary>
    public IReadOnlyList<double>? Errors { get; init; }

    /// <summary>Over the rows whose value is a finite number.</summary>
    public double MeanAbsolute(int feature) => Math.Min(Values.Select(row => Math.Abs(row[feature])).Where(double.IsFinite).DefaultIfEmpty(0).Average(), double.MaxValue);
}

/// <summary>How much a feature weighs: its mean |SHAP| and its rank, 1 the heaviest.</summary>
/// <param name="At">Its place among the model's features.</param>
public sealed record FeatureWeight(string Feature, int At, double Weight, int Rank);
