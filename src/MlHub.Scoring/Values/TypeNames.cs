using MlHub.Scoring.Onnx;

namespace MlHub.Scoring.Values;

/// <summary>What types are called: by numpy, by MLflow's signatures and by the Open Inference Protocol.</summary>
public static class TypeNames
{
    private static readonly (ElementType Type, string Numpy, string Inference)[] Names =
    [
        (ElementType.Bool, "bool", "BOOL"), (ElementType.UInt8, "uint8", "UINT8"), (ElementType.UInt16, "uint16", "UINT16"),
        (ElementType.UInt32, "uint32", "UINT32"), (ElementType.UInt64, "uint64", "UINT64"), (ElementType.Int8, "int8", "INT8"),
        (ElementType.Int16, "int16", "INT16"), (ElementType.Int32, "int32", "INT32"), (ElementType.Int64, "int64", "INT64"),
        (ElementType.Float16, "float16", "FP16"), (ElementType.BFloat16, "bfloat16", "BF16"), (ElementType.Float, "float32", "FP32"),
        (ElementType.Double, "float64", "FP64"), (ElementType.String, "object", "BYTES"),
    ];

    public static string ToNumpy(this ElementType type) => Names.FirstOrDefault(n => n.Type == type).Numpy ?? type.ToString();

    /// <summary>The data type's name in the Open Inference Protocol.</summary>
    public static string ToInference(this ElementType type) => Names.FirstOrDefault(n => n.Type == type).Inference ?? type.ToString();

    /// <summary>The type of a signature's tensor, such as <c>float64</c>; Undefined for one that ONNX has no tensors of.</summary>
    public static ElementType OfNumpy(string name) => name is "str" or "<U0" or "string" ? ElementType.String : Names.FirstOrDefault(n => n.Numpy == name).Type;

    public static ElementType OfInference(string name) => Names.FirstOrDefault(n => n.Inference == name).Type;

    /// <summary>The type of a signature's column, such as <c>long</c>; Undefined for one that ONNX has no tensors of.</summary>
    public static ElementType OfColumn(string name) => name switch
    {
        "boolean" => ElementType.Bool,
        "integer" => ElementType.Int32,
        "long" => ElementType.Int64,
        "float" => ElementType.Float,
        "double" => ElementType.Double,
        "string" or "datetime" or "binary" => ElementType.String,
        _ => ElementType.Undefined,
    };
}
