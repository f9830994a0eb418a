using System.Globalization;
using MlHub.Onnx;

namespace MlHub.Explanations;

/// <summary>The names of the classes that a classifier's scores are of.</summary>
internal static class OnnxLabels
{
    private static readonly string[] Attributes = ["classlabels_strings", "classlabels_int64s", "classlabels_ints"];

    /// <summary>Null where the operator names no classes.</summary>
    public static IReadOnlyList<string>? Of(OnnxNode node) =>
        Attributes.Select(node.Attributes.GetValueOrDefault).FirstOrDefault(a => a is { Texts.Count: > 0 } or { Integers.Count: > 0 }) is not { } labels ? null
        : labels.Texts.Count > 0 ? labels.Texts : [.. labels.Integers.Select(i => i.ToString(CultureInfo.InvariantCulture))];
}
