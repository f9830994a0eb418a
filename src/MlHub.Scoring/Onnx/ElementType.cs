using System.Diagnostics.CodeAnalysis;

namespace MlHub.Scoring.Onnx;

/// <summary>What a tensor holds; the numbers are ONNX's (<c>TensorProto.DataType</c>).</summary>
[SuppressMessage("Naming", "CA1720", Justification = "ONNX calls them so.")]
public enum ElementType
{
    Undefined,
    Float,
    UInt8,
    Int8,
    UInt16,
    Int16,
    Int32,
    Int64,
    String,
    Bool,
    Float16,
    Double,
    UInt32,
    UInt64,
    Complex64,
    Complex128,
    BFloat16,
}

public static class ElementTypes
{
    /// <summary>Bytes of one element.</summary>
    /// <exception cref="OrtException">NotImplemented for texts, whose sizes differ, and complex numbers.</exception>
    public static int Size(this ElementType type) => type switch
    {
        ElementType.Double or ElementType.Int64 or ElementType.UInt64 => 8,
        ElementType.Float or ElementType.Int32 or ElementType.UInt32 => 4,
        ElementType.Int16 or ElementType.UInt16 or ElementType.Float16 or ElementType.BFloat16 => 2,
        ElementType.Int8 or ElementType.UInt8 or ElementType.Bool => 1,
        _ => throw new OrtException(OrtError.NotImplemented, $"Tensors of {type} are not read here."),
    };

    /// <summary>The array that holds such elements: <c>ushort[]</c> for BFloat16, which .NET has no type for.</summary>
    public static Array NewArray(this ElementType type, long length) => type switch
    {
        ElementType.Float => new float[length],
        ElementType.Double => new double[length],
        ElementType.Int64 => new long[length],
        ElementType.Int32 => new int[length],
        ElementType.Int16 => new short[length],
        ElementType.Int8 => new sbyte[length],
        ElementType.UInt64 => new ulong[length],
        ElementType.UInt32 => new uint[length],
        ElementType.UInt16 or ElementType.BFloat16 => new ushort[length],
        ElementType.UInt8 => new byte[length],
        ElementType.Bool => new bool[length],
        ElementType.Float16 => new Half[length],
        ElementType.String => new string[length],
        _ => throw new OrtException(OrtError.NotImplemented, $"Tensors of {type} are not read here."),
    };
}
