using System.Buffers.Binary;
using System.Text;

namespace MlHub.Demo.Tests.Onnx;

/// <summary>The fields of a protobuf message, read by the wire format alone.</summary>
internal sealed class ProtobufReader
{
    private readonly List<(int Field, ulong Number, byte[] Block)> _fields = [];

    public ProtobufReader(byte[] message)
    {
        int at = 0;
        while (at < message.Length)
        {
            ulong tag = Varint(message, ref at);
            int field = (int)(tag >> 3);
            switch (tag & 7)
            {
                case 0:
                    _fields.Add((field, Varint(message, ref at), []));
                    break;
                case 2:
                    int length = (int)Varint(message, ref at);
                    _fields.Add((field, 0, message[at..(at + length)]));
                    at += length;
                    break;
                default:
                    throw new InvalidDataException($"Wire type {tag & 7} at {at}.");
            }
        }
    }

    public long Number(int field) => (long)_fields.Single(found => found.Field == field).Number;

    public string Text(int field) => Texts(field).Single();

    public List<string> Texts(int field) => [.. Blocks(field).Select(Encoding.UTF8.GetString)];

    public ProtobufReader Message(int field) => Messages(field).Single();

    public List<ProtobufReader> Messages(int field) => [.. Blocks(field).Select(block => new ProtobufReader(block))];

    public float[] PackedFloats(int field) =>
        [.. Blocks(field).Single().Chunk(sizeof(float)).Select(bytes => BinaryPrimitives.ReadSingleLittleEndian(bytes))];

    public long[] PackedIntegers(int field)
    {
        byte[] block = Blocks(field).Single();
        var values = new List<long>();
        int at = 0;
        while (at < block.Length)
        {
            values.Add((long)Varint(block, ref at));
        }

        return [.. values];
    }

    private IEnumerable<byte[]> Blocks(int field) => _fields.Where(found => found.Field == field).Select(found => found.Block);

    private static ulong Varint(byte[] bytes, ref int at)
    {
        ulong value = 0;
        int shift = 0;
        while (true)
        {
            byte next = bytes[at++];
            value |= (ulong)(next & 0x7F) << shift;
            shift += 7;
            if (next < 0x80)
            {
                return value;
            }
        }
    }
}
