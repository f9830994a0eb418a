using MlHub.Scoring.Onnx;

namespace MlHub.Scoring;

/// <summary>Tensors whose first dimension is that of rows, put below each other and taken apart again.</summary>
internal static class Rows
{
    /// <param name="parts">Of one type, and of one shape but for the first dimension.</param>
    public static Tensor Join(IReadOnlyList<Tensor> parts)
    {
        var whole = Tensor.Of(parts[0].Type, [parts.Sum(p => p.Shape[0]), .. parts[0].Shape[1..]]);
        var at = 0;
        foreach (var part in parts)
        {
            Array.Copy(part.Data, 0, whole.Data, at, part.Data.Length);
            at += part.Data.Length;
        }

        return whole;
    }

    /// <summary>Null where the value does not have as many rows as there are counts of.</summary>
    public static ModelValue[]? SplitOrNull(ModelValue whole, IReadOnlyList<long> counts) => whole switch
    {
        Tensor { Shape: [var rows, ..] } tensor when rows == counts.Sum() => Split(tensor, counts),
        ValueSequence sequence when sequence.Items.Count == counts.Sum() => Split(sequence, counts),
        _ => null,
    };

    private static ModelValue[] Split(Tensor whole, IReadOnlyList<long> counts)
    {
        var (parts, at) = (new ModelValue[counts.Count], 0);
        for (var i = 0; i < parts.Length; i++)
        {
            var part = Tensor.Of(whole.Type, [counts[i], .. whole.Shape[1..]]);
            Array.Copy(whole.Data, at, part.Data, 0, part.Data.Length);
            at += part.Data.Length;
            parts[i] = part;
        }

        return parts;
    }

    private static ModelValue[] Split(ValueSequence whole, IReadOnlyList<long> counts)
    {
        var (parts, at) = (new ModelValue[counts.Count], 0);
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = new ValueSequence([.. whole.Items.Skip(at).Take((int)counts[i])]);
            at += (int)counts[i];
        }

        return parts;
    }
}
