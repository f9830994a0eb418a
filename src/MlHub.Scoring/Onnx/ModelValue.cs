using System.Text.Json;

namespace MlHub.Scoring.Onnx;

/// <summary>What goes into a model or comes out of it.</summary>
public abstract record ModelValue;

/// <summary>Elements in row-major order, in an array as <see cref="ElementTypes.NewArray"/> makes it.</summary>
public sealed record Tensor(ElementType Type, long[] Shape, Array Data) : ModelValue
{
    public static Tensor Of(ElementType type, long[] shape) => new(type, shape, type.NewArray(CountOf(shape)));

    /// <exception cref="OrtException">InvalidArgument for a shape with negative dimensions, or of more elements than an array has.</exception>
    public static long CountOf(IReadOnlyList<long> shape)
    {
        var count = 1L;
        foreach (var size in shape)
        {
            count = size < 0 || (size > 0 && count > Array.MaxLength / size)
                ? throw new OrtException(OrtError.InvalidArgument, $"There is no tensor of shape ({string.Join(", ", shape)}).")
                : count * size;
        }

        return count;
    }
}

/// <summary>Values one after the other, such as the labels' probabilities of each row.</summary>
public sealed record ValueSequence(IReadOnlyList<ModelValue> Items) : ModelValue;

/// <summary>As many keys as values.</summary>
public sealed record ValueMap(Tensor Keys, Tensor Values) : ModelValue;

/// <summary>An optional output that was left empty.</summary>
public sealed record NoValue : ModelValue
{
    public static readonly NoValue Instance = new();
}

/// <summary>What a Python model answered that is no tensor.</summary>
public sealed record JsonValue(JsonElement Value) : ModelValue;
