using System.Runtime.InteropServices;
using System.Text;

namespace MlHub.Bench;

/// <summary>
/// A network of dense layers as an ONNX file (the numbers are the fields of onnx.proto). A row alone needs every weight once, so memory
/// is what bounds it; rows that are computed together share them.
/// </summary>
internal static class DenseModel
{
    private const int Float = 1;

    /// <summary>Takes <c>x</c> of shape (rows, width), gives <c>y</c> of the same.</summary>
    public static byte[] Write(int layers, int width)
    {
        var random = new Random(7);
        using MemoryStream graph = new();
        Text(graph, 2, "dense");
        for (var layer = 0; layer < layers; layer++)
        {
            var weights = Enumerable.Range(0, width * width).Select(_ => (random.NextSingle() - 0.5f) / MathF.Sqrt(width)).ToArray();
            Part(graph, 5, tensor =>
            {
                Number(tensor, 1, width);
                Number(tensor, 1, width);
                Number(tensor, 2, Float);
                Text(tensor, 8, $"w{layer}");
                Block(tensor, 9, MemoryMarshal.AsBytes(weights.AsSpan()));
            });
            Node(graph, "MatMul", [layer == 0 ? "x" : $"r{layer - 1}", $"w{layer}"], $"m{layer}");
            Node(graph, "Relu", [$"m{layer}"], layer == layers - 1 ? "y" : $"r{layer}");
        }

        Port(graph, 11, "x", width);
        Port(graph, 12, "y", width);
        using MemoryStream model = new();
        Number(model, 1, 8);
        Block(model, 7, graph.ToArray());
        Part(model, 8, set => Number(set, 2, 15));
        return model.ToArray();
    }

    private static void Node(Stream graph, string operation, string[] inputs, string output) => Part(graph, 1, node =>
    {
        Array.ForEach(inputs, i => Text(node, 1, i));
        Text(node, 2, output);
        Text(node, 4, operation);
    });

    private static void Port(Stream graph, int field, string name, int width) => Part(graph, field, port =>
    {
        Text(port, 1, name);
        Part(port, 2, type => Part(type, 1, tensor =>
        {
            Number(tensor, 1, Float);
            Part(tensor, 2, shape =>
            {
                Part(shape, 1, free => Text(free, 2, "rows"));
                Part(shape, 1, fixedSize => Number(fixedSize, 1, width));
            });
        }));
    });

    private static void Part(Stream into, int field, Action<Stream> write)
    {
        using MemoryStream part = new();
        write(part);
        Block(into, field, part.ToArray());
    }

    private static void Text(Stream into, int field, string text) => Block(into, field, Encoding.UTF8.GetBytes(text));

    private static void Block(Stream into, int field, ReadOnlySpan<byte> bytes)
    {
        Varint(into, (field << 3) | 2);
        Varint(into, bytes.Length);
        into.Write(bytes);
    }

    private static void Number(Stream into, int field, long number)
    {
        Varint(into, field << 3);
        Varint(into, number);
    }

    private static void Varint(Stream into, long number)
    {
        for (; number >= 0x80; number >>= 7)
        {
            into.WriteByte((byte)(number | 0x80));
        }

        into.WriteByte((byte)number);
    }
}
