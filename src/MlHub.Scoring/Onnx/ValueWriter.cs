using System.Runtime.InteropServices;
using System.Text;

namespace MlHub.Scoring.Onnx;

/// <summary>Makes the library's values of ours. Elements are not copied: the arrays are pinned until this is disposed.</summary>
internal sealed unsafe class ValueWriter : IDisposable
{
    private readonly List<GCHandle> _pinned = [];

    /// <summary>The value belongs to the caller.</summary>
    public nint Write(ModelValue value) => value switch
    {
        Tensor { Type: ElementType.String } texts => Texts(texts),
        Tensor tensor => Elements(tensor),
        ValueSequence sequence => Compound([.. sequence.Items], ValueKind.Sequence),
        ValueMap map => Compound([map.Keys, map.Values], ValueKind.Map),
        _ => throw new OrtException(OrtError.InvalidArgument, "An input cannot be left empty."),
    };

    public void Dispose() => _pinned.ForEach(p => p.Free());

    private nint Elements(Tensor tensor)
    {
        RequireWhole(tensor);
        var pin = GCHandle.Alloc(tensor.Data, GCHandleType.Pinned);
        _pinned.Add(pin);
        nint made;
        fixed (long* shape = tensor.Shape)
        {
            OrtApi.Call(
                OrtFunction.CreateTensorWithDataAsOrtValue, OrtApi.CpuMemory, pin.AddrOfPinnedObject(), (nint)tensor.Data.Length * tensor.Type.Size(),
                (nint)shape, tensor.Shape.Length, (nint)tensor.Type, (nint)(&made));
        }

        return made;
    }

    /// <summary>The library copies texts, so they lie one after the other only for the time of the call, each with a NUL at its end.</summary>
    private static nint Texts(Tensor tensor)
    {
        RequireWhole(tensor);
        var texts = (string[])tensor.Data;
        nint made;
        fixed (long* shape = tensor.Shape)
        {
            OrtApi.Call(OrtFunction.CreateTensorAsOrtValue, OrtApi.Allocator, (nint)shape, tensor.Shape.Length, (nint)ElementType.String, (nint)(&made));
        }

        try
        {
            var bytes = new byte[texts.Sum(t => Encoding.UTF8.GetByteCount(t) + 1)];
            var places = new nint[texts.Length];
            fixed (byte* first = bytes)
            fixed (nint* table = places)
            {
                var at = 0;
                for (var i = 0; i < texts.Length; i++)
                {
                    places[i] = (nint)(first + at);
                    at += Encoding.UTF8.GetBytes(texts[i], bytes.AsSpan(at)) + 1;
                }

                OrtApi.Call(OrtFunction.FillStringTensor, made, (nint)table, texts.Length);
            }

            return made;
        }
        catch
        {
            OrtApi.Release(OrtFunction.ReleaseValue, made);
            throw;
        }
    }

    private nint Compound(ModelValue[] parts, ValueKind kind)
    {
        var written = new nint[parts.Length];
        try
        {
            for (var i = 0; i < parts.Length; i++)
            {
                written[i] = Write(parts[i]);
            }

            nint made;
            fixed (nint* first = written)
            {
                OrtApi.Call(OrtFunction.CreateValue, (nint)first, written.Length, (nint)kind, (nint)(&made));
            }

            return made;
        }
        finally
        {
            // The compound holds its parts itself.
            Array.ForEach(written, w => OrtApi.Release(OrtFunction.ReleaseValue, w));
        }
    }

    private static void RequireWhole(Tensor tensor)
    {
        if (Tensor.CountOf(tensor.Shape) is var count && count != tensor.Data.Length)
        {
            throw new OrtException(OrtError.InvalidArgument, $"A tensor of shape ({string.Join(", ", tensor.Shape)}) has {count} elements, not {tensor.Data.Length}.");
        }
    }
}
