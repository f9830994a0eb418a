using System.Globalization;
using System.Text.Json;
using MlHub.Explanations;

namespace MlHub.Web.Explanations;

/// <summary>One output of an explanation as the page's script reads it. JSON's default escaping leaves no character that could end the element that it stands in.</summary>
public static class PlottedExplanation
{
    /// <summary>The heaviest are drawn one by one, the others together.</summary>
    public const int MostFeatures = 30;

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web);

    public static string Write(Explanation explanation, int output)
    {
        var (told, weights) = (explanation.Outputs[output], explanation.Weights(output));
        var drawn = weights.Take(MostFeatures).ToList();
        return JsonSerializer.Serialize(
            new
            {
                Output = told.Name,
                Base = told.BaseValue is { } from ? Short(from) : null,
                explanation.Rows,
                Features = drawn.Select(f => new
                {
                    Name = f.Feature,
                    Values = told.Values.Select(row => Short(row[f.At])),
                    Inputs = explanation.Inputs?.Select(row => Short(row[f.At])),
                }),
                Others = weights.Count - drawn.Count,
                Rest = weights.Count == drawn.Count ? null : told.Values.Select(row => Short(row.Sum() - drawn.Sum(f => row[f.At]))),
            },
            Options);
    }

    /// <summary>Six digits are more than a screen shows; what is no finite number is null.</summary>
    private static double? Short(double value) =>
        double.IsFinite(value) ? double.Parse(value.ToString("G6", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : null;
}
