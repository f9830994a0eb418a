using System.Globalization;
using Google.Protobuf;

namespace MlHub.Onnx;

/// <summary>
/// Reads the messages of an ONNX file (onnx.proto, IR version 3 and later) straight from the wire: what is not asked for is skipped. Data
/// outside of the file is never opened, and nothing is run.
/// </summary>
public sealed class OnnxReader
{
    private const int Depth = 16;

    private static readonly string[] Elements =
        ["?", "float", "uint8", "int8", "uint16", "int16", "int32", "int64", "string", "bool", "float16", "double", "uint32", "uint64", "complex64", "complex128", "bfloat16"];

    private readonly List<(string Domain, long Version)> _opsets = [];
    private readonly Dictionary<string, string> _metadata = new(StringComparer.Ordinal);
    private readonly List<OnnxNode> _nodes = [];
    private readonly List<OnnxValue> _inputs = [];
    private readonly List<OnnxValue> _outputs = [];
    private readonly HashSet<string> _stored = new(StringComparer.Ordinal);
    private string _producer = "";
    private long _weights;
    private bool _hasGraph;

    private OnnxReader()
    {
    }

    /// <exception cref="InvalidDataException">The bytes are no ONNX model, or more than <paramref name="mostBytes"/>.</exception>
    public static OnnxFile Read(Stream content, int mostBytes)
    {
        var reader = new OnnxReader();
        try
        {
            WireField.Each(CodedInputStream.CreateWithLimits(content, mostBytes, Depth), reader.TakeOfModel);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("This is not an ONNX model, it is cut off, or it is too large.", e);
        }

        return reader._hasGraph
            ? new(reader._producer.Trim(), reader._opsets, reader._metadata, [.. reader._inputs.Where(i => !reader._stored.Contains(i.Name))], reader._outputs, reader._nodes, reader._weights)
            : throw new InvalidDataException("The file holds no graph.");
    }

    private bool TakeOfModel(WireField field)
    {
        switch (field.Number)
        {
            case 2 or 3:
                _producer += field.Text() + " ";
                return true;
            case 7:
                _hasGraph = true;
                field.Message(TakeOfGraph);
                return true;
            case 8:
                _opsets.Add(Opset(field));
                return true;
            case 14:
                var (key, value) = Pair(field);
                _metadata[key] = value;
                return true;
            default:
                return false;
        }
    }

    private bool TakeOfGraph(WireField field)
    {
        switch (field.Number)
        {
            case 1:
                _nodes.Add(Node(field));
                return true;
            case 5:
                TakeTensor(field);
                return true;
            case 11:
                _inputs.Add(Value(field));
                return true;
            case 12:
                _outputs.Add(Value(field));
                return true;
            default:
                return false;
        }
    }

    private void TakeTensor(WireField tensor)
    {
        var size = 1L;
        tensor.Message(field =>
        {
            switch (field.Number)
            {
                case 1:
                    field.Integers(d => size = Math.Clamp(size * Math.Max(d, 0), 0, 1L << 40));
                    return true;
                case 8:
                    return _stored.Add(field.Text()) || true;
                default:
                    return false;
            }
        });
        _weights += size;
    }

    private static OnnxNode Node(WireField node)
    {
        var (type, domain) = ("", "");
        List<string> inputs = [], outputs = [];
        Dictionary<string, OnnxAttribute> attributes = new(StringComparer.Ordinal);
        node.Message(field =>
        {
            switch (field.Number)
            {
                case 1:
                    inputs.Add(field.Text());
                    return true;
                case 2:
                    outputs.Add(field.Text());
                    return true;
                case 4:
                    type = field.Text();
                    return true;
                case 5:
                    var (name, attribute) = Attribute(field);
                    attributes[name] = attribute;
                    return true;
                case 7:
                    domain = field.Text();
                    return true;
                default:
                    return false;
            }
        });
        return new(type, domain, inputs, outputs, attributes);
    }

    private static (string Name, OnnxAttribute Attribute) Attribute(WireField attribute)
    {
        var name = "";
        List<long> integers = [];
        List<double> numbers = [];
        List<string> texts = [];
        attribute.Message(field =>
        {
            switch (field.Number)
            {
                case 1:
                    name = field.Text();
                    return true;
                case 2 or 7:
                    field.Numbers(numbers.Add);
                    return true;
                case 3 or 8:
                    field.Integers(integers.Add);
                    return true;
                case 4 or 9:
                    texts.Add(field.Text());
                    return true;
                default:
                    return false;
            }
        });
        return (name, new(integers, numbers, texts));
    }

    /// <summary>The name, and of the type what stands in type → tensor → element and shape.</summary>
    private static OnnxValue Value(WireField value)
    {
        var (name, element, shape) = ("", 0L, new List<string>());
        value.Message(field => field.Number switch
        {
            1 => (name = field.Text()) is not null,
            2 => Inside(field, 1, tensor => Inside(tensor, part => part.Number switch
            {
                1 => (element = part.Integer()) >= long.MinValue,
                2 => Inside(part, 1, dimension => shape.Add(Dimension(dimension))),
                _ => false,
            })),
            _ => false,
        });
        return new(name, $"{Elements[element > 0 && element < Elements.Length ? element : 0]}[{string.Join(',', shape)}]");
    }

    private static string Dimension(WireField dimension)
    {
        var size = "?";
        dimension.Message(field => field.Number switch
        {
            1 => (size = field.Integer().ToString(CultureInfo.InvariantCulture)) is not null,
            2 => (size = field.Text()) is not null,
            _ => false,
        });
        return size;
    }

    private static (string Domain, long Version) Opset(WireField opset)
    {
        var (domain, version) = ("ai.onnx", 0L);
        opset.Message(field => field.Number switch
        {
            1 => field.Text() is var text && (domain = text.Length > 0 ? text : domain) is not null,
            2 => (version = field.Integer()) >= long.MinValue,
            _ => false,
        });
        return (domain, version);
    }

    private static (string Key, string Value) Pair(WireField pair)
    {
        var (key, value) = ("", "");
        pair.Message(field => field.Number switch
        {
            1 => (key = field.Text()) is not null,
            2 => (value = field.Text()) is not null,
            _ => false,
        });
        return (key, value);
    }

    private static bool Inside(WireField outer, Func<WireField, bool> take)
    {
        outer.Message(take);
        return true;
    }

    private static bool Inside(WireField outer, int number, Action<WireField> take) => Inside(outer, field =>
    {
        if (field.Number != number)
        {
            return false;
        }

        take(field);
        return true;
    });
}
