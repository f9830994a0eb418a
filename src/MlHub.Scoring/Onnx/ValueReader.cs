using System.Runtime.InteropServices;
using System.Text;

namespace MlHub.Scoring.Onnx;

/// <summary>Copies the library's values into ours.</summary>
internal static unsafe class ValueReader
{
    public static ModelValue Read(nint value)
    {
        if (value == 0 || OrtApi.GetInt(OrtFunction.HasValue, value) == 0)
        {
            return NoValue.Instance;
        }

        return (ValueKind)OrtApi.GetInt(OrtFunction.GetValueType, value) switch
        {
            ValueKind.Tensor => ReadTensor(value),
            ValueKind.Sequence => new ValueSequence([.. Enumerable.Range(0, (int)OrtApi.Get(OrtFunction.GetValueCount, value)).Select(i => Part(value, i))]),
            ValueKind.Map => new ValueMap((Tensor)Part(value, 0), (Tensor)Part(value, 1)),
            var kind => throw new OrtException(OrtError.NotImplemented, $"The model answers with a value of kind {kind}, which is not read here."),
        };
    }

    private static ModelValue Part(nint value, int index)
    {
        nint part;
        OrtApi.Call(OrtFunction.GetValue, value, index, OrtApi.Allocator, (nint)(&part));
        try
        {
            return Read(part);
        }
        finally
        {
            OrtApi.Release(OrtFunction.ReleaseValue, part);
        }
    }

    private static Tensor ReadTensor(nint value)
    {
        var info = OrtApi.Get(OrtFunction.GetTensorTypeAndShape, value);
        try
        {
            var (element, shape) = PortReader.ShapeOf(info);
            var tensor = Tensor.Of(element, shape);
            if (tensor.Data is string[] texts)
            {
                ReadTexts(value, texts);
            }
            else if (tensor.Data.Length > 0)
            {
                var bytes = (long)tensor.Data.Length * element.Size();
                // Held in its place: another thread's garbage collection would move it from under the copy.
                fixed (byte* target = &MemoryMarshal.GetArrayDataReference(tensor.Data))
                {
                    Buffer.MemoryCopy((void*)OrtApi.Get(OrtFunction.GetTensorMutableData, value), target, bytes, bytes);
                }
            }

            return tensor;
        }
        finally
        {
            OrtApi.Release(OrtFunction.ReleaseTensorTypeAndShapeInfo, info);
        }
    }

    private static void ReadTexts(nint value, string[] texts)
    {
        if (texts.Length == 0)
        {
            return;
        }

        var bytes = new byte[checked((int)OrtApi.Get(OrtFunction.GetStringTensorDataLength, value)) + 1];
        var starts = new nint[texts.Length];
        fixed (byte* first = bytes)
        fixed (nint* table = starts)
        {
            OrtApi.Call(OrtFunction.GetStringTensorContent, value, (nint)first, bytes.Length - 1, (nint)table, texts.Length);
        }

        for (var i = 0; i < texts.Length; i++)
        {
            var end = i + 1 < texts.Length ? starts[i + 1] : bytes.Length - 1;
            texts[i] = Encoding.UTF8.GetString(bytes, (int)starts[i], (int)(end - starts[i]));
        }
    }
}
