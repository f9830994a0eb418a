namespace MlHub.Onnx;

/// <summary>What an ONNX file says of its graph. Weights are counted, and read only where they are asked for.</summary>
/// <param name="Producer">The program that wrote it.</param>
/// <param name="Opsets">The operator sets it needs: domain (<c>ai.onnx</c> where it is empty) and version.</param>
/// <param name="Metadata">What the producer noted besides.</param>
/// <param name="Inputs">What it takes, without those that have a stored value.</param>
/// <param name="Outputs">What it answers.</param>
/// <param name="Nodes">Its operators, in order.</param>
/// <param name="Weights">How many numbers are stored as weights.</param>
public sealed record OnnxFile(
    string Producer, IReadOnlyList<(string Domain, long Version)> Opsets, IReadOnlyDictionary<string, string> Metadata,
    IReadOnlyList<OnnxValue> Inputs, IReadOnlyList<OnnxValue> Outputs, IReadOnlyList<OnnxNode> Nodes, long Weights)
{
    /// <summary>The stored weights by name, where they were asked for.</summary>
    public IReadOnlyDictionary<string, OnnxTensor> Stored { get; init; } = new Dictionary<string, OnnxTensor>();
}

/// <summary>A named tensor with its type, such as <c>float[N,13]</c>; empty where it has another type.</summary>
public sealed record OnnxValue(string Name, string Type);

/// <summary>An operator with its attributes that hold numbers or texts.</summary>
public sealed record OnnxNode(
    string Operator, string Domain, IReadOnlyList<string> Inputs, IReadOnlyList<string> Outputs, IReadOnlyDictionary<string, OnnxAttribute> Attributes);

/// <summary>One value is a list of one.</summary>
public sealed record OnnxAttribute(IReadOnlyList<long> Integers, IReadOnlyList<double> Numbers, IReadOnlyList<string> Texts)
{
    /// <summary>Of an operator that is a constant.</summary>
    public OnnxTensor? Tensor { get; init; }
}
