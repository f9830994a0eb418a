using MlHub.Scoring.Onnx;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Invocations;

/// <summary>Gives a graph what it takes: a column for each input, or all columns as the matrix of the only one.</summary>
public sealed class GraphFeed(IReadOnlyList<ModelPort> ports)
{
    /// <exception cref="ScoringException">Invalid where the signature's inputs are not the graph's.</exception>
    public IReadOnlyList<KeyValuePair<string, ModelValue>> Of(ModelInput input)
    {
        if (ports.All(p => Find(input, p.Name) is not null))
        {
            return [.. ports.Select(p => KeyValuePair.Create<string, ModelValue>(p.Name, Fitted(p, Find(input, p.Name)!)))];
        }

        if (ports is [var only])
        {
            var whole = input.Values is [{ Value: var single }] ? single : Matrix.Of(ElementOf(only), input.Rows, [.. input.Values.Select(v => Column(only, v.Key, v.Value))]);
            return [new(only.Name, Fitted(only, whole))];
        }

        if (ports.Count == input.Values.Count && input.Values.All(v => v.Key.StartsWith('#')))
        {
            return [.. ports.Select((p, i) => KeyValuePair.Create<string, ModelValue>(p.Name, Fitted(p, input.Values[i].Value)))];
        }

        var absent = ports.Where(p => Find(input, p.Name) is null).Select(p => $"'{p.Name}'");
        throw ScoringException.Invalid($"The model's graph takes {string.Join(", ", absent)} too, which was not sent.");
    }

    private static Tensor? Find(ModelInput input, string name)
    {
        foreach (var (key, value) in input.Values)
        {
            if (key == name)
            {
                return value;
            }
        }

        return null;
    }

    private static Tensor Column(ModelPort port, string name, Tensor column) => column.Shape.Length == 1
        ? column.To(ElementOf(port), name)
        : throw ScoringException.Invalid($"Column {name} holds lists, of which the model's only input '{port.Name}' is not made.");

    /// <summary>In the graph's type, and as the column of a matrix where it takes one.</summary>
    private static Tensor Fitted(ModelPort port, Tensor tensor)
    {
        var fitted = tensor.To(ElementOf(port), port.Name);
        return port.Type is PortType.OfTensor { Shape: [_, 1 or -1] } && fitted.Shape is [var rows] ? fitted with { Shape = [rows, 1] } : fitted;
    }

    private static ElementType ElementOf(ModelPort port) =>
        (port.Type as PortType.OfTensor)?.Element ?? throw ScoringException.Invalid($"Input '{port.Name}' of the model is no tensor.");
}
