using System.Text.Json;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.OpenInference;

/// <summary>Reads a request of the Open Inference Protocol v2 (kserve/open-inference-protocol, "Inference Request JSON Object").</summary>
/// <param name="Id">Comes back with the answer.</param>
/// <param name="Inputs">By name, in the order sent.</param>
/// <param name="Outputs">The names asked for, and whether each is to come as raw bytes; empty for all.</param>
/// <param name="AllBinary">Whether outputs come as raw bytes unless they say otherwise.</param>
public sealed record InferenceRequest(
    string? Id, IReadOnlyList<KeyValuePair<string, Tensor>> Inputs, IReadOnlyList<(string Name, bool? Binary)> Outputs, bool AllBinary)
{
    /// <summary>A shape costs nothing to send, so its tensor is bounded before any data is read.</summary>
    private const long MostElements = 50_000_000;

    /// <param name="json">The request's JSON.</param>
    /// <param name="raw">Raw tensors behind it, in the order of the inputs that have no data of their own.</param>
    /// <param name="ports">What the model takes; null where it takes anything.</param>
    /// <exception cref="ScoringException">BadRequest.</exception>
    public static InferenceRequest Read(JsonElement json, ReadOnlySpan<byte> raw, IReadOnlyList<ModelPort>? ports)
    {
        if (json.ValueKind != JsonValueKind.Object || !json.TryGetProperty("inputs", out var sent) || sent.ValueKind != JsonValueKind.Array)
        {
            throw ScoringException.BadRequest("The request must be an object with a list of 'inputs'.");
        }

        List<KeyValuePair<string, Tensor>> inputs = [];
        foreach (var input in sent.EnumerateArray())
        {
            var port = ports is null ? PortAsSent(input) : PortOf(input, ports);
            if (inputs.Exists(i => i.Key == port.Name))
            {
                throw ScoringException.BadRequest($"Input '{port.Name}' was sent twice.");
            }

            inputs.Add(new(port.Name, ReadTensor(input, port, ref raw)));
        }

        if (!raw.IsEmpty)
        {
            throw ScoringException.BadRequest($"{raw.Length} bytes behind the inputs belong to none of them.");
        }

        var missing = (ports ?? []).Where(p => !p.IsOptional && inputs.TrueForAll(i => i.Key != p.Name)).Select(p => $"'{p.Name}'").ToList();
        return missing.Count > 0
            ? throw ScoringException.BadRequest($"The model is missing inputs [{string.Join(", ", missing)}].")
            : new(Text(json, "id"), inputs, [.. OutputsOf(json)], Flag(json, "binary_data_output") == true);
    }

    private static ModelPort PortOf(JsonElement input, IReadOnlyList<ModelPort> ports)
    {
        var name = input.ValueKind == JsonValueKind.Object ? Text(input, "name") : null;
        return ports.FirstOrDefault(p => p.Name == name)
            ?? throw ScoringException.BadRequest($"Unexpected input '{name}'. The model takes [{string.Join(", ", ports.Select(p => $"'{p.Name}'"))}].");
    }

    private static ModelPort PortAsSent(JsonElement input)
    {
        var type = input.ValueKind == JsonValueKind.Object ? TypeNames.OfInference(Text(input, "datatype") ?? "") : ElementType.Undefined;
        return type == ElementType.Undefined
            ? throw ScoringException.BadRequest("Each input needs a datatype of the protocol.")
            : new(Text(input, "name") ?? "", new PortType.OfTensor(type, [.. Enumerable.Repeat(-1L, RankOf(input))], []));
    }

    private static int RankOf(JsonElement input) => input.TryGetProperty("shape", out var shape) && shape.ValueKind == JsonValueKind.Array ? shape.GetArrayLength() : 0;

    private static Tensor ReadTensor(JsonElement input, ModelPort port, ref ReadOnlySpan<byte> raw)
    {
        var expected = port.Type as PortType.OfTensor ?? throw ScoringException.BadRequest($"Input '{port.Name}' of the model is no tensor.");
        var type = Text(input, "datatype");
        if (TypeNames.OfInference(type ?? "") != expected.Element)
        {
            throw ScoringException.BadRequest($"Input '{port.Name}' is of datatype {expected.Element.ToInference()}, not {type}.");
        }

        var tensor = Tensor.Of(expected.Element, Shape(input, port, expected));
        if (input.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty("binary_data_size", out var size))
        {
            if (!size.TryGetInt32(out var bytes) || bytes < 0 || bytes > raw.Length)
            {
                throw ScoringException.BadRequest($"Input '{port.Name}' has a binary_data_size of {size}, but {raw.Length} bytes are left.");
            }

            RawTensors.Read(raw[..bytes], tensor, port.Name);
            raw = raw[bytes..];
            return tensor;
        }

        var filled = 0;
        Fill(input.TryGetProperty("data", out var data) ? data : throw ScoringException.BadRequest($"Input '{port.Name}' has no data."), tensor, ref filled, port.Name);
        return filled == tensor.Data.Length ? tensor : throw Uneven(tensor, filled, port.Name);
    }

    private static long[] Shape(JsonElement input, ModelPort port, PortType.OfTensor expected)
    {
        if (!input.TryGetProperty("shape", out var sent) || sent.ValueKind != JsonValueKind.Array
            || sent.EnumerateArray().Any(d => d.ValueKind != JsonValueKind.Number || !d.TryGetInt64(out var size) || size < 0))
        {
            throw ScoringException.BadRequest($"Input '{port.Name}' needs a shape of whole numbers.");
        }

        long[] shape = [.. sent.EnumerateArray().Select(d => d.GetInt64())];
        if (port.IsColumn && shape is [var rows])
        {
            shape = [rows, 1];
        }

        var shown = $"[{string.Join(", ", expected.Shape)}]";
        return shape.Length != expected.Shape.Count || expected.Shape.Zip(shape).Any(d => d.First >= 0 && d.First != d.Second)
            ? throw ScoringException.BadRequest($"Shape [{string.Join(", ", shape)}] of input '{port.Name}' does not match expected shape {shown}.")
            : shape.Aggregate((Int128)1, (count, d) => Int128.Min(count * d, MostElements + 1)) > MostElements
            ? throw ScoringException.BadRequest($"Input '{port.Name}' has more than {MostElements} elements.")
            : shape;
    }

    /// <summary>Data is flat or nested, whatever the shape is.</summary>
    private static void Fill(JsonElement data, Tensor tensor, ref int filled, string name)
    {
        if (data.ValueKind == JsonValueKind.Array)
        {
            foreach (var item in data.EnumerateArray())
            {
                Fill(item, tensor, ref filled, name);
            }

            return;
        }

        if (tensor.Type is ElementType.Float16 or ElementType.BFloat16)
        {
            throw ScoringException.BadRequest($"{tensor.Type.ToInference()} is not sent as JSON: use the binary data extension for input '{name}'.");
        }

        if (filled >= tensor.Data.Length)
        {
            throw Uneven(tensor, filled + 1, name);
        }

        if (CellConversion.Put(new(data), tensor, filled++) is { } wrong)
        {
            throw ScoringException.BadRequest($"Input '{name}': {wrong}.");
        }
    }

    private static ScoringException Uneven(Tensor tensor, int sent, string name) =>
        ScoringException.BadRequest($"Input '{name}' of shape [{string.Join(", ", tensor.Shape)}] has {tensor.Data.Length} elements, {(sent > tensor.Data.Length ? "more" : $"{sent}")} were sent.");

    private static IEnumerable<(string, bool?)> OutputsOf(JsonElement json) =>
        json.TryGetProperty("outputs", out var outputs) && outputs.ValueKind == JsonValueKind.Array
            ? outputs.EnumerateArray().Select(o => (o.ValueKind == JsonValueKind.Object ? Text(o, "name") ?? "" : "", Flag(o, "binary_data")))
            : [];

    private static bool? Flag(JsonElement owner, string name) =>
        owner.ValueKind == JsonValueKind.Object && owner.TryGetProperty("parameters", out var parameters) && parameters.ValueKind == JsonValueKind.Object && parameters.TryGetProperty(name, out var flag)
            ? flag.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null }
            : null;

    private static string? Text(JsonElement owner, string name) =>
        owner.TryGetProperty(name, out var text) && text.ValueKind == JsonValueKind.String ? text.GetString() : null;
}
