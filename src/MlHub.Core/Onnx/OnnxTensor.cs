using System.Buffers.Binary;

namespace MlHub.Onnx;

/// <summary>Stored numbers in C order; no values where they are of a type that is not read, or lie outside of the file.</summary>
public sealed record OnnxTensor(IReadOnlyList<long> Shape, double[]? Values)
{
    /// <summary>How many values the shape names; 1 for a single number.</summary>
    public long Count => Shape.Aggregate(1L, (product, size) => product * size);

    /// <summary>The message TensorProto.</summary>
    internal static (string Name, OnnxTensor Tensor) Read(WireField tensor)
    {
        var (name, type, isOutside) = ("", 0L, false);
        List<long> shape = [];
        List<double> values = [];
        byte[] raw = [];
        tensor.Message(field =>
        {
            switch (field.Number)
            {
                case 1:
                    field.Integers(d => shape.Add(Math.Clamp(d, 0, int.MaxValue)));
                    break;
                case 2:
                    type = field.Integer();
                    break;
                case 4:
                    field.Numbers(values.Add);
                    break;
                case 5 or 7:
                    field.Integers(i => values.Add(i));
                    break;
                case 8:
                    name = field.Text();
                    break;
                case 9:
                    raw = field.Bytes();
                    break;
                case 10:
                    field.Doubles(values.Add);
                    break;
                case 13 or 14:
                    isOutside = true;
                    break;
            }
        });
        var read = isOutside ? null : raw.Length > 0 ? OfRaw(type, raw) : [.. values];
        var count = shape.Aggregate(1.0, (product, size) => product * size);
        return (name, new(shape, read?.Length == count ? read : null));
    }

    /// <summary>The types of TensorProto.DataType that hold numbers that a double can be.</summary>
    private static double[]? OfRaw(long type, byte[] raw) => type switch
    {
        1 => Each(raw, 4, b => BinaryPrimitives.ReadSingleLittleEndian(b)),
        11 => Each(raw, 8, b => BinaryPrimitives.ReadDoubleLittleEndian(b)),
        6 => Each(raw, 4, b => BinaryPrimitives.ReadInt32LittleEndian(b)),
        7 => Each(raw, 8, b => BinaryPrimitives.ReadInt64LittleEndian(b)),
        2 or 9 => Array.ConvertAll(raw, b => (double)b),
        _ => null,
    };

    private delegate double Reader(ReadOnlySpan<byte> bytes);

    private static double[] Each(byte[] raw, int size, Reader read)
    {
        var values = new double[raw.Length / size];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = read(raw.AsSpan(i * size, size));
        }

        return values;
    }
}
