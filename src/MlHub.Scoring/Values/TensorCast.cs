using MlHub.Scoring.Onnx;

namespace MlHub.Scoring.Values;

/// <summary>Numbers of one type as those of another: MLflow's signatures say double where graphs compute with floats.</summary>
public static class TensorCast
{
    /// <exception cref="ScoringException">Invalid where texts meet numbers, or real numbers whole ones.</exception>
    public static Tensor To(this Tensor tensor, ElementType type, string name)
    {
        if (tensor.Type == type)
        {
            return tensor;
        }

        return (tensor.Data switch
        {
            float[] data => Cast(data, tensor, type),
            double[] data => Cast(data, tensor, type),
            Half[] data => Cast(data, tensor, type),
            long[] data => Cast(data, tensor, type),
            int[] data => Cast(data, tensor, type),
            short[] data => Cast(data, tensor, type),
            sbyte[] data => Cast(data, tensor, type),
            ulong[] data => Cast(data, tensor, type),
            uint[] data => Cast(data, tensor, type),
            ushort[] data => Cast(data, tensor, type),
            byte[] data => Cast(data, tensor, type),
            bool[] data => Cast(Array.ConvertAll(data, truth => truth ? (byte)1 : (byte)0), tensor, type),
            _ => null,
        }) ?? throw ScoringException.Invalid($"Unexpected input data type for '{name}'. The model's signature gives {tensor.Type.ToNumpy()}, its graph takes {type.ToNumpy()}.");
    }

    private static Tensor? Cast<T>(T[] data, Tensor tensor, ElementType type)
        where T : System.Numerics.INumber<T>
    {
        Array? cast = type switch
        {
            ElementType.Float => Array.ConvertAll(data, float.CreateTruncating),
            ElementType.Double => Array.ConvertAll(data, double.CreateTruncating),
            ElementType.Float16 => Array.ConvertAll(data, Half.CreateTruncating),
            _ when tensor.Type is ElementType.Float or ElementType.Double or ElementType.Float16 => null,
            ElementType.Int64 => Whole(data, long.CreateChecked),
            ElementType.Int32 => Whole(data, int.CreateChecked),
            ElementType.Int16 => Whole(data, short.CreateChecked),
            ElementType.Int8 => Whole(data, sbyte.CreateChecked),
            ElementType.UInt64 => Whole(data, ulong.CreateChecked),
            ElementType.UInt32 => Whole(data, uint.CreateChecked),
            ElementType.UInt16 => Whole(data, ushort.CreateChecked),
            ElementType.UInt8 => Whole(data, byte.CreateChecked),
            ElementType.Bool => Array.ConvertAll(data, number => number != T.Zero),
            _ => null,
        };
        return cast is null ? null : tensor with { Type = type, Data = cast };
    }

    /// <summary>Null where a number is beyond the type.</summary>
    private static TTo[]? Whole<TFrom, TTo>(TFrom[] data, Converter<TFrom, TTo> convert)
    {
        try
        {
            return Array.ConvertAll(data, convert);
        }
        catch (OverflowException)
        {
            return null;
        }
    }
}
