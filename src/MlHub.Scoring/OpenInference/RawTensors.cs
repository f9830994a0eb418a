using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using MlHub.Scoring.Onnx;

namespace MlHub.Scoring.OpenInference;

/// <summary>
/// Tensors as raw bytes (Triton's binary tensor data extension): little-endian and row-major; a text is its length as 32 bits, then
/// its bytes.
/// </summary>
internal static class RawTensors
{
    public static void Read(ReadOnlySpan<byte> raw, Tensor into, string name)
    {
        if (into.Data is string[] texts)
        {
            ReadTexts(raw, texts, name);
        }
        else if (raw.Length != (long)into.Data.Length * into.Type.Size())
        {
            throw ScoringException.BadRequest($"Input '{name}' has {into.Data.Length} elements of {into.Type.Size()} bytes, {raw.Length} bytes were sent.");
        }
        else
        {
            raw.CopyTo(Bytes(into));
        }
    }

    /// <summary>How many bytes were written.</summary>
    public static int Write(Tensor tensor, IBufferWriter<byte> into)
    {
        if (tensor.Data is not string[] texts)
        {
            into.Write(Bytes(tensor));
            return Bytes(tensor).Length;
        }

        var length = 0;
        foreach (var text in texts.Select(t => t ?? ""))
        {
            var size = Encoding.UTF8.GetByteCount(text);
            var place = into.GetSpan(sizeof(int) + size);
            BinaryPrimitives.WriteInt32LittleEndian(place, size);
            Encoding.UTF8.GetBytes(text, place[sizeof(int)..]);
            into.Advance(sizeof(int) + size);
            length += sizeof(int) + size;
        }

        return length;
    }

    private static void ReadTexts(ReadOnlySpan<byte> raw, string[] texts, string name)
    {
        for (var i = 0; i < texts.Length; i++)
        {
            if (raw.Length < sizeof(uint) || BinaryPrimitives.ReadUInt32LittleEndian(raw) is var length && length > raw.Length - sizeof(uint))
            {
                throw ScoringException.BadRequest($"The bytes of input '{name}' end within element {i}.");
            }

            texts[i] = Encoding.UTF8.GetString(raw.Slice(sizeof(uint), (int)length));
            raw = raw[(sizeof(uint) + (int)length)..];
        }

        if (!raw.IsEmpty)
        {
            throw ScoringException.BadRequest($"Input '{name}' has {texts.Length} elements, more bytes were sent.");
        }
    }

    private static Span<byte> Bytes(Tensor tensor) =>
        MemoryMarshal.CreateSpan(ref MemoryMarshal.GetArrayDataReference(tensor.Data), checked(tensor.Data.Length * tensor.Type.Size()));
}
