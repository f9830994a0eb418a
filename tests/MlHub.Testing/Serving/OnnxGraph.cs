using MlHub.Scoring.Onnx;

namespace MlHub.Testing.Serving;

/// <summary>A small ONNX model, written by hand: the numbers are the fields of onnx.proto.</summary>
public sealed class OnnxGraph(string name = "test")
{
    private readonly List<byte[]> _nodes = [], _inputs = [], _outputs = [], _stored = [];

    /// <summary>Attributes are whole numbers, lists of them, texts or graphs.</summary>
    public OnnxGraph Node(string operation, string[] inputs, string[] outputs, params (string Name, object Value)[] attributes)
    {
        var node = new ProtobufWriter();
        Array.ForEach(inputs, i => node.Text(1, i));
        Array.ForEach(outputs, o => node.Text(2, o));
        node.Text(4, operation);
        foreach (var (attribute, value) in attributes)
        {
            node.Block(5, Attribute(attribute, value));
        }

        if (operation is "ZipMap" or "LabelEncoder")
        {
            node.Text(7, "ai.onnx.ml");
        }

        _nodes.Add(node.Bytes);
        return this;
    }

    /// <summary>A dimension of -1 is free.</summary>
    public OnnxGraph Input(string port, ElementType element, params long[] shape)
    {
        _inputs.Add(Port(port, Tensor(element, shape)));
        return this;
    }

    public OnnxGraph Output(string port, ElementType element, params long[] shape)
    {
        _outputs.Add(Port(port, Tensor(element, shape)));
        return this;
    }

    /// <summary>A list of maps from whole numbers to floats.</summary>
    public OnnxGraph OutputMaps(string port)
    {
        var map = new ProtobufWriter().Whole(1, (int)ElementType.Int64).Block(2, Tensor(ElementType.Float, []));
        _outputs.Add(Port(port, new ProtobufWriter().Block(4, new ProtobufWriter().Block(1, new ProtobufWriter().Block(5, map.Bytes).Bytes).Bytes).Bytes));
        return this;
    }

    /// <summary>A constant of whole numbers.</summary>
    public OnnxGraph Stored(string constant, long[] shape, params long[] values)
    {
        var tensor = new ProtobufWriter();
        Array.ForEach(shape, d => tensor.Whole(1, d));
        tensor.Whole(2, (int)ElementType.Int64);
        Array.ForEach(values, v => tensor.Whole(7, v));
        _stored.Add(tensor.Text(8, constant).Bytes);
        return this;
    }

    /// <summary>A constant of so many floats, of which there are only four.</summary>
    public OnnxGraph StoredWithout(string constant, long count)
    {
        _stored.Add(new ProtobufWriter().Whole(1, count).Whole(2, (int)ElementType.Float).Text(8, constant).Block(9, new byte[16]).Bytes);
        return this;
    }

    /// <summary>A constant of which the floats lie in another file.</summary>
    public OnnxGraph StoredIn(string constant, string file, long count)
    {
        var location = new ProtobufWriter().Text(1, "location").Text(2, file);
        _stored.Add(new ProtobufWriter().Whole(1, count).Whole(2, (int)ElementType.Float).Text(8, constant).Block(13, location.Bytes).Whole(14, 1).Bytes);
        return this;
    }

    public byte[] ToModel() => new ProtobufWriter().Whole(1, 8).Text(2, "MlHub.Testing").Block(7, ToGraph())
        .Block(8, new ProtobufWriter().Text(1, "").Whole(2, 15).Bytes).Block(8, new ProtobufWriter().Text(1, "ai.onnx.ml").Whole(2, 3).Bytes).Bytes;

    private byte[] ToGraph()
    {
        var graph = new ProtobufWriter();
        _nodes.ForEach(n => graph.Block(1, n));
        graph.Text(2, name);
        _stored.ForEach(s => graph.Block(5, s));
        _inputs.ForEach(i => graph.Block(11, i));
        _outputs.ForEach(o => graph.Block(12, o));
        return graph.Bytes;
    }

    private static byte[] Attribute(string name, object value)
    {
        var attribute = new ProtobufWriter().Text(1, name);
        return (value switch
        {
            long whole => attribute.Whole(3, whole).Whole(20, 2),
            string text => attribute.Text(4, text).Whole(20, 3),
            OnnxGraph graph => attribute.Block(6, graph.ToGraph()).Whole(20, 5),
            long[] list => list.Aggregate(attribute, (a, v) => a.Whole(8, v)).Whole(20, 7),
            _ => throw new NotSupportedException(),
        }).Bytes;
    }

    private static byte[] Port(string name, byte[] type) => new ProtobufWriter().Text(1, name).Block(2, type).Bytes;

    private static byte[] Tensor(ElementType element, long[] shape)
    {
        var dimensions = new ProtobufWriter();
        foreach (var size in shape)
        {
            dimensions.Block(1, size < 0 ? new ProtobufWriter().Text(2, "N").Bytes : new ProtobufWriter().Whole(1, size).Bytes);
        }

        return new ProtobufWriter().Block(1, new ProtobufWriter().Whole(1, (int)element).Block(2, dimensions.Bytes).Bytes).Bytes;
    }
}
