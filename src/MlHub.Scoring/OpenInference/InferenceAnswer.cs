using System.Buffers;
using System.Text.Json;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.OpenInference;

/// <summary>Writes an answer of the Open Inference Protocol v2 (kserve/open-inference-protocol, "Inference Response JSON Object").</summary>
internal static class InferenceAnswer
{
    /// <param name="model">The model's name and version, as they were asked for.</param>
    /// <param name="request">What was asked.</param>
    /// <param name="answer">Sequences and maps, which the protocol has no form for, come as BYTES of one JSON text.</param>
    public static ScoringAnswer Of((string Name, string Version) model, InferenceRequest request, ModelAnswer answer)
    {
        var (outputs, values) = (answer.Names, answer.Values);
        ArrayBufferWriter<byte> body = new(256), raw = new();
        using (Utf8JsonWriter json = new(body, ScoringAnswer.Legible))
        {
            json.WriteStartObject();
            json.WriteString("model_name", model.Name);
            json.WriteString("model_version", model.Version);
            if (request.Id is { } id)
            {
                json.WriteString("id", id);
            }

            json.WriteStartArray("outputs");
            for (var i = 0; i < values.Length; i++)
            {
                var isBinary = (request.Outputs.Count > 0 ? request.Outputs[i].Binary : null) ?? request.AllBinary;
                WriteOutput(json, outputs[i], values[i] as Tensor ?? AsText(values[i]), isBinary, raw);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        if (raw.WrittenCount == 0)
        {
            return new(200, body.WrittenMemory);
        }

        var length = body.WrittenCount;
        body.Write(raw.WrittenSpan);
        return new(200, body.WrittenMemory, length);
    }

    private static void WriteOutput(Utf8JsonWriter json, string name, Tensor tensor, bool isBinary, ArrayBufferWriter<byte> raw)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteStartArray("shape");
        foreach (var size in tensor.Shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        json.WriteString("datatype", tensor.Type.ToInference());
        if (isBinary)
        {
            json.WriteStartObject("parameters");
            json.WriteNumber("binary_data_size", RawTensors.Write(tensor, raw));
            json.WriteEndObject();
        }
        else
        {
            json.WritePropertyName("data");
            JsonValues.WriteFlat(json, tensor);
        }

        json.WriteEndObject();
    }

    private static Tensor AsText(ModelValue value)
    {
        ArrayBufferWriter<byte> text = new();
        using (Utf8JsonWriter json = new(text, ScoringAnswer.Legible))
        {
            JsonValues.Write(json, value);
        }

        return new(ElementType.String, [1], new[] { System.Text.Encoding.UTF8.GetString(text.WrittenSpan) });
    }
}
