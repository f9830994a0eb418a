using System.Buffers.Binary;
using System.Text;

namespace MlHub.Demo.Onnx;

/// <summary>A protobuf message under construction: varints, 32-bit floats and length-delimited blocks, per the wire format's encoding guide.</summary>
internal sealed class ProtobufMessage
{
    private const int VarintType = 0;
    private const int BlockType = 2;

    private readonly List<byte> _bytes = [];

    public byte[] ToArray() => _bytes.ToArray();

    public ProtobufMessage Integer(int field, long value)
    {
        Tag(field, VarintType);
        Varint((ulong)value);
        return this;
    }

    public ProtobufMessage Text(int field, string value) => Block(field, Encoding.UTF8.GetBytes(value));

    public ProtobufMessage Message(int field, ProtobufMessage value) => Block(field, value.ToArray());

    public ProtobufMessage PackedFloats(int field, IReadOnlyList<float> values)
    {
        byte[] block = new byte[values.Count * sizeof(float)];
        for (int index = 0; index < values.Count; index++)
        {
            BinaryPrimitives.WriteSingleLittleEndian(block.AsSpan(index * sizeof(float)), values[index]);
        }

        return Block(field, block);
    }

    public ProtobufMessage PackedIntegers(int field, IEnumerable<long> values)
    {
        var block = new ProtobufMessage();
        foreach (long value in values)
        {
            block.Varint((ulong)value);
        }

        return Message(field, block);
    }

    private ProtobufMessage Block(int field, ReadOnlySpan<byte> value)
    {
        Tag(field, BlockType);
        Varint((ulong)value.Length);
        _bytes.AddRange(value);
        return this;
    }

    private void Tag(int field, int wireType) => Varint((ulong)(field << 3 | wireType));

    private void Varint(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.Add((byte)(value | 0x80));
            value >>= 7;
        }

        _bytes.Add((byte)value);
    }
}
