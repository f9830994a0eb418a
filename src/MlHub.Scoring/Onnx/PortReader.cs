using System.Runtime.InteropServices;

namespace MlHub.Scoring.Onnx;

/// <summary>Reads what a session says of its inputs and outputs.</summary>
internal static unsafe class PortReader
{
    public static ModelPort[] Read(nint session, OrtFunction count, OrtFunction name, OrtFunction type)
    {
        var ports = new ModelPort[(int)OrtApi.Get(count, session)];
        for (var i = 0; i < ports.Length; i++)
        {
            var info = OrtApi.Get(type, session, i);
            try
            {
                ports[i] = new(OrtApi.TakeText(OrtApi.Get(name, session, i, OrtApi.Allocator)), TypeOf(info));
            }
            finally
            {
                OrtApi.Release(OrtFunction.ReleaseTypeInfo, info);
            }
        }

        return ports;
    }

    /// <summary>The element type and shape of a tensor's description.</summary>
    public static (ElementType Element, long[] Shape) ShapeOf(nint tensorInfo)
    {
        var shape = new long[(int)OrtApi.Get(OrtFunction.GetDimensionsCount, tensorInfo)];
        fixed (long* sizes = shape)
        {
            OrtApi.Call(OrtFunction.GetDimensions, tensorInfo, (nint)sizes, shape.Length);
        }

        return ((ElementType)OrtApi.GetInt(OrtFunction.GetTensorElementType, tensorInfo), shape);
    }

    private static PortType TypeOf(nint info) => (ValueKind)OrtApi.GetInt(OrtFunction.GetOnnxTypeFromTypeInfo, info) switch
    {
        ValueKind.Tensor when OrtApi.Get(OrtFunction.CastTypeInfoToTensorInfo, info) is var tensor and not 0 => TensorType(tensor),
        ValueKind.Sequence => new PortType.OfSequence(Inner(OrtFunction.GetSequenceElementType, OrtApi.Get(OrtFunction.CastTypeInfoToSequenceTypeInfo, info))),
        ValueKind.Map when OrtApi.Get(OrtFunction.CastTypeInfoToMapTypeInfo, info) is var map =>
            new PortType.OfMap((ElementType)OrtApi.GetInt(OrtFunction.GetMapKeyType, map), Inner(OrtFunction.GetMapValueType, map)),
        _ => new PortType.Other(),
    };

    private static PortType.OfTensor TensorType(nint info)
    {
        var (element, shape) = ShapeOf(info);
        var names = new nint[shape.Length];
        fixed (nint* texts = names)
        {
            OrtApi.Call(OrtFunction.GetSymbolicDimensions, info, (nint)texts, names.Length);
        }

        return new(element, shape, Array.ConvertAll(names, OrtApi.Text));
    }

    private static PortType Inner(OrtFunction part, nint borrowed)
    {
        var info = OrtApi.Get(part, borrowed);
        try
        {
            return TypeOf(info);
        }
        finally
        {
            OrtApi.Release(OrtFunction.ReleaseTypeInfo, info);
        }
    }
}

/// <summary>ONNX Runtime's kinds of values (<c>ONNXType</c>).</summary>
internal enum ValueKind
{
    Unknown,
    Tensor,
    Sequence,
    Map,
    Opaque,
    SparseTensor,
    Optional,
}
