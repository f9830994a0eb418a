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
    private readonly Dictionary<string, OnnxTensor> _tensors = new(StringComparer.Ordinal);
    private readonly bool _withWeights;
    private string _producer = "";
    private long _weights;
    private bool _hasGraph;

    private OnnxReader(bool withWeights) => _withWeights = withWeights;

    /// <exception cref="InvalidDataException">The bytes are no ONNX model, or more than <paramref name="mostBytes"/>.</exception>
    public static OnnxFile Read(Stream content, int mostBytes, bool withWeights = false)
    {
        var reader = new OnnxReader(withWeights);
        try
        {
            WireField.Each(CodedInputStream.CreateWithLimits(content, mostBytes, Depth), reader.TakeOfModel);
        }
        catch (InvalidProtocolBufferException e)
        {
            throw new InvalidDataException("This is not an ONNX model, it is cut off, or it is too large.", e);
        }

        return reader._hasGraph
            ? new(reader._producer.Trim(), reader._opsets, reader._metadata, [.. reader._inputs.Where(i => !reader._stored.Contains(i.Name))], reader._outputs, reader._nodes, reader._weights) { Stored = reader._tensors }
            : throw new InvalidDataException("The file holds no graph.");
    }

    private void TakeOfModel(WireField field)
    {
        switch (field.Number)
        {
            case 2 or 3:
                _producer += field.Text() + " ";
                break;
            case 7:
                _hasGraph = true;
                field.Message(TakeOfGraph);
                break;
            case 8:
                _opsets.Add(Opset(field));
                break;
            case 14:
                var (key, value) = Pair(field);
                _metadata[key] = value;
                break;
        }
    }

    private void TakeOfGraph(WireField field)
    {
        switch (field.Number)
        {
            case 1:
                _nodes.Add(Node(field));
                break;
            case 5:
                TakeTensor(field);
                break;
            case 11:
                _inputs.Add(Value(field));
                break;
            case 12:
                _outputs.Add(Value(field));
                break;
        }
    }

    private void TakeTensor(WireField tensor)
    {
        if (_withWeights)
        {
            var (name, stored) = OnnxTensor.Read(tensor);
            _stored.Add(name);
            _tensors[name] = stored;
            _weights += stored.Values?.Length ?? 0;
            return;
        }

        var size = 1L;
        tensor.Message(field =>
        {
            switch (field.Number)
            {
                case 1:
                    field.Integers(d => size = Math.Clamp(size * Math.Max(d, 0), 0, 1L << 40));
                    break;
                case 8:
                    _stored.Add(field.Text());
                    break;
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
                    break;
                case 2:
                    outputs.Add(field.Text());
                    break;
                case 4:
                    type = field.Text();
                    break;
                case 5:
                    var (name, attribute) = Attribute(field);
                    attributes[name] = attribute;
                    break;
                case 7:
                    domain = field.Text();
                    break;
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
        OnnxTensor? tensor = null;
        attribute.Message(field =>
        {
            switch (field.Number)
            {
                case 1:
                    name = field.Text();
                    break;
                case 2 or 7:
                    field.Numbers(numbers.Add);
                    break;
                case 3 or 8:
                    field.Integers(integers.Add);
                    break;
                case 4 or 9:
                    texts.Add(field.Text());
                    break;
                case 5:
                    tensor = OnnxTensor.Read(field).Tensor;
                    break;
            }
        });
        return (name, new(integers, numbers, texts) { Tensor = tensor });
    }

    private static OnnxValue Value(WireField value)
    {
        var (name, type) = ("", "?[]");
        value.Message(field =>
        {
            switch (field.Number)
            {
                case 1:
                    name = field.Text();
                    break;
                case 2:
                    Only(field, 1, tensor => type = Type(tensor));
                    break;
            }
        });
        return new(name, type);
    }

    private static string Type(WireField tensor)
    {
        var (element, shape) = (0L, new List<string>());
        tensor.Message(field =>
        {
            switch (field.Number)
            {
                case 1:
                    element = field.Integer();
                    break;
                case 2:
                    Only(field, 1, dimension => shape.Add(Dimension(dimension)));
                    break;
            }
        });
        return $"{Elements[element > 0 && element < Elements.Length ? element : 0]}[{string.Join(',', shape)}]";
    }

    /// <summary>A number, a name, or unknown.</summary>
    private static string Dimension(WireField dimension)
    {
        var size = "?";
        dimension.Message(field =>
        {
            switch (field.Number)
            {
                case 1:
                    size = field.Integer().ToString(CultureInfo.InvariantCulture);
                    break;
                case 2:
                    size = field.Text();
                    break;
            }
        });
        return size;
    }

    private static (string Domain, long Version) Opset(WireField opset)
    {
        var (domain, version) = ("", 0L);
        opset.Message(field =>
        {
            switch (field.Number)
            {
                case 1:
                    domain = field.Text();
                    break;
                case 2:
                    version = field.Integer();
                    break;
            }
        });
        return (domain.Length > 0 ? domain : "ai.onnx", version);
    }

    private static (string Key, string Value) Pair(WireField pair)
    {
        var texts = new string[] { "", "" };
        pair.Message(field =>
        {
            if (field.Number is 1 or 2)
            {
                texts[field.Number - 1] = field.Text();
            }
        });
        return (texts[0], texts[1]);
    }

    private static void Only(WireField outer, int number, Action<WireField> take) => outer.Message(field =>
    {
        if (field.Number == number)
        {
            take(field);
        }
    });
}
