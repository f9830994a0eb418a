using System.Text.Json;
using MlHub.Scoring.Onnx;

namespace MlHub.Scoring.Values;

/// <summary>Reads tensors that were sent as lists of lists.</summary>
public static class NestedLists
{
    private const int MostRank = 16;

    /// <param name="value">A list of lists as deep as the tensor's rank, or a single value for rank 0.</param>
    /// <param name="type">What the tensor is to hold.</param>
    /// <param name="name">How the input is called in a refusal.</param>
    /// <exception cref="ScoringException">BadRequest for ragged lists; Invalid for values of another type.</exception>
    public static Tensor Read(JsonElement value, ElementType type, string name)
    {
        var tensor = Tensor.Of(type, ShapeOf(value, name));
        var filled = 0;
        Fill(value, tensor, 0, ref filled, name);
        return tensor;
    }

    /// <summary>What numpy would make of the values: whole numbers, real ones, truths or texts.</summary>
    public static ElementType Infer(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().Select(Infer).DefaultIfEmpty(ElementType.Double).Aggregate((a, b) =>
            a == b ? a : (a, b) is (ElementType.Int64 or ElementType.Double or ElementType.Bool, ElementType.Int64 or ElementType.Double or ElementType.Bool) ? ElementType.Double : ElementType.String),
        JsonValueKind.Number => value.TryGetInt64(out _) ? ElementType.Int64 : ElementType.Double,
        JsonValueKind.True or JsonValueKind.False => ElementType.Bool,
        JsonValueKind.Null => ElementType.Double,
        _ => ElementType.String,
    };

    private static long[] ShapeOf(JsonElement value, string name)
    {
        List<long> shape = [];
        for (; value.ValueKind == JsonValueKind.Array; value = value[0])
        {
            shape.Add(value.GetArrayLength());
            if (shape.Count > MostRank)
            {
                throw ScoringException.BadRequest($"Input '{name}' is nested deeper than any tensor.");
            }

            if (shape[^1] == 0)
            {
                break;
            }
        }

        return [.. shape];
    }

    private static void Fill(JsonElement value, Tensor tensor, int depth, ref int filled, string name)
    {
        if (depth == tensor.Shape.Length)
        {
            var wrong = value.ValueKind == JsonValueKind.Array ? "the lists are of different depths" : CellConversion.Put(new(value), tensor, filled++);
            if (wrong is not null)
            {
                throw ScoringException.Invalid($"Failed to convert input '{name}' to type '{tensor.Type.ToNumpy()}'. Error: {wrong}");
            }

            return;
        }

        if (value.ValueKind != JsonValueKind.Array || value.GetArrayLength() != tensor.Shape[depth])
        {
            throw ScoringException.BadRequest($"Input '{name}' is no tensor: its lists are of different lengths or depths.");
        }

        foreach (var item in value.EnumerateArray())
        {
            Fill(item, tensor, depth + 1, ref filled, name);
        }
    }
}
