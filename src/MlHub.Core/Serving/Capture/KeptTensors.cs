using System.Buffers.Binary;
using System.Text.Json;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.OpenInference;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Values;

namespace MlHub.Serving.Capture;

/// <summary>Keeps a request of the Open Inference Protocol as one of MLflow's: as rows where the model's signature has columns, else as named tensors.</summary>
internal static class KeptTensors
{
    private const int MostRank = 16;

    public static void Write(Utf8JsonWriter json, ReadOnlyMemory<byte> body, Redaction redaction)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(body.Span);
        using var document = JsonDocument.Parse(body.Slice(sizeof(int), length));
        // What is sent says itself what it is; whether that suits the model was the model's to say.
        List<ModelPort> ports = [.. document.RootElement.GetProperty("inputs").EnumerateArray().Select(PortOf)];
        List<(string Name, Tensor Tensor)> tensors =
            [.. InferenceRequest.Read(document.RootElement, body.Span[(sizeof(int) + length)..], ports).Inputs.Select(i => (i.Key, (Tensor)i.Value))];
        if (redaction.HasColumns && RowsOrNull(tensors, redaction.Inputs) is var (columns, rows, cell))
        {
            KeptRequest.WriteSplit(json, columns, rows, cell, redaction);
            return;
        }

        json.WriteStartObject("inputs");
        foreach (var (name, tensor) in tensors.Where(t => redaction.Keeps(t.Name)))
        {
            if (!redaction.IsEmpty && !redaction.KnowsAll && tensor.Shape.Skip(1).Any(d => d > 1))
            {
                throw new InvalidDataException("It cannot be told which column is which.");
            }

            json.WritePropertyName(name);
            JsonValues.Write(json, tensor);
        }

        json.WriteEndObject();
    }

    private static (IReadOnlyList<string> Columns, int Rows, Action<Utf8JsonWriter, int, int> Cell)? RowsOrNull(
        List<(string Name, Tensor Tensor)> tensors, IReadOnlyList<SignatureField> fields)
    {
        // The only input of a graph is the matrix of all columns, in the signature's order.
        if (tensors is [{ Tensor: { Shape: [var rows, var width] } matrix }] && width == fields.Count && (fields.Count > 1 || tensors[0].Name != fields[0].Name))
        {
            return ([.. fields.Select(f => f.Name)], (int)rows, (json, row, column) => JsonValues.WriteRow(json, Element(matrix, row * (int)width + column), 0));
        }

        return tensors.Count > 0 && tensors.TrueForAll(t => t.Tensor.Shape is [_] or [_, 1] && t.Tensor.Shape[0] == tensors[0].Tensor.Shape[0] && fields.Any(f => f.Name == t.Name))
            ? ([.. tensors.Select(t => t.Name)], (int)tensors[0].Tensor.Shape[0], (json, row, column) => JsonValues.WriteRow(json, Element(tensors[column].Tensor, row), 0))
            : null;
    }

    private static Tensor Element(Tensor tensor, int at)
    {
        var one = Tensor.Of(tensor.Type, [1]);
        Array.Copy(tensor.Data, at, one.Data, 0, 1);
        return one;
    }

    private static ModelPort PortOf(JsonElement input)
    {
        var element = TypeNames.OfInference(input.GetProperty("datatype").GetString() ?? "");
        long[] shape = [.. input.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())], free = [.. shape.Select(_ => -1L)];
        // A shape costs nothing to send: no tensor has more elements than the request has bytes.
        return element == ElementType.Undefined || shape.Length > MostRank || shape.Aggregate((Int128)1, (count, d) => d < 1 ? Int128.MaxValue : Int128.Min(count, Limits.CapturedBytes) * d) > Limits.CapturedBytes
            ? throw new InvalidDataException("There is no such tensor.")
            : new(input.GetProperty("name").GetString() ?? "", new PortType.OfTensor(element, free, [.. free.Select(_ => "")]));
    }
}
