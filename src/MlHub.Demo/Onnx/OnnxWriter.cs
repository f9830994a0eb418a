namespace MlHub.Demo.Onnx;

/// <summary>The messages of onnx.proto that a model of one operator needs; the numbers are that file's field numbers.</summary>
internal static class OnnxWriter
{
    public const string MachineLearningDomain = "ai.onnx.ml";

    private const int IrVersion = 8;
    private const int OpsetVersion = 15;
    private const int MachineLearningOpsetVersion = 3;
    private const int FloatElement = 1;

    private enum AttributeType
    {
        Integer = 2,
        Text = 3,
        Floats = 6,
        Integers = 7,
        Texts = 8,
    }

    public static ProtobufMessage Model(ProtobufMessage graph, IEnumerable<KeyValuePair<string, string>> metadata)
    {
        ProtobufMessage model = new ProtobufMessage()
            .Integer(1, IrVersion)
            .Text(2, "MlHub.Demo")
            .Text(3, "1")
            .Integer(5, 1)
            .Message(7, graph)
            .Message(8, Opset("", OpsetVersion))
            .Message(8, Opset(MachineLearningDomain, MachineLearningOpsetVersion));
        foreach ((string key, string value) in metadata)
        {
            model.Message(14, new ProtobufMessage().Text(1, key).Text(2, value));
        }

        return model;
    }

    public static ProtobufMessage Graph(string name, ProtobufMessage node, ProtobufMessage input, ProtobufMessage output) =>
        new ProtobufMessage().Message(1, node).Text(2, name).Message(11, input).Message(12, output);

    public static ProtobufMessage Node(string operatorName, string input, string output, IEnumerable<ProtobufMessage> attributes)
    {
        ProtobufMessage node = new ProtobufMessage().Text(1, input).Text(2, output).Text(3, operatorName).Text(4, operatorName);
        foreach (ProtobufMessage attribute in attributes)
        {
            node.Message(5, attribute);
        }

        return node.Text(7, MachineLearningDomain);
    }

    /// <summary>A float matrix of any number of rows.</summary>
    public static ProtobufMessage FloatMatrix(string name, int columns)
    {
        ProtobufMessage shape = new ProtobufMessage()
            .Message(1, new ProtobufMessage().Text(2, "N"))
            .Message(1, new ProtobufMessage().Integer(1, columns));
        ProtobufMessage tensor = new ProtobufMessage().Integer(1, FloatElement).Message(2, shape);
        return new ProtobufMessage().Text(1, name).Message(2, new ProtobufMessage().Message(1, tensor));
    }

    public static ProtobufMessage Attribute(string name, long value) => Attribute(name, AttributeType.Integer).Integer(3, value);

    public static ProtobufMessage Attribute(string name, string value) => Attribute(name, AttributeType.Text).Text(4, value);

    public static ProtobufMessage Attribute(string name, IReadOnlyList<float> values) => Attribute(name, AttributeType.Floats).PackedFloats(7, values);

    public static ProtobufMessage Attribute(string name, IEnumerable<long> values) => Attribute(name, AttributeType.Integers).PackedIntegers(8, values);

    public static ProtobufMessage Attribute(string name, IEnumerable<string> values)
    {
        ProtobufMessage attribute = Attribute(name, AttributeType.Texts);
        foreach (string value in values)
        {
            attribute.Text(9, value);
        }

        return attribute;
    }

    private static ProtobufMessage Attribute(string name, AttributeType type) => new ProtobufMessage().Text(1, name).Integer(20, (int)type);

    private static ProtobufMessage Opset(string domain, int version) => new ProtobufMessage().Text(1, domain).Integer(2, version);
}
