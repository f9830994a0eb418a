using System.Buffers;
using System.Buffers.Binary;
using System.Text.Json;
using MlHub.Scoring.Invocations;
using MlHub.Scoring.Onnx;
using MlHub.Scoring.OpenInference;
using MlHub.Scoring.Signatures;
using MlHub.Scoring.Values;

namespace MlHub.Scoring.Python;

/// <summary>Requests to worker.py and its answers: the length of a JSON object (32 bits), the object, the bytes of its tensors of numbers.</summary>
/// <param name="inputs">The signature's inputs.</param>
/// <param name="parametersJson">The signature's parameters with their defaults; null without.</param>
internal sealed class PythonMessage(IReadOnlyList<SignatureField> inputs, string? parametersJson)
{
    private readonly IReadOnlyList<KeyValuePair<string, JsonElement>> _parameters = Defaults(parametersJson);

    public ReadOnlyMemory<byte> WriteRequest(ModelInput input, JsonElement? parameters)
    {
        ArrayBufferWriter<byte> raw = new();
        var head = ScoringAnswer.Of(0, json =>
        {
            json.WriteStartObject();
            json.WriteBoolean("table", input.IsTable);
            json.WriteStartObject("params");
            foreach (var (name, fallback) in _parameters)
            {
                var value = parameters is { } sent && sent.TryGetProperty(name, out var given) ? given : fallback;
                if (value.ValueKind != JsonValueKind.Undefined)
                {
                    json.WritePropertyName(name);
                    value.WriteTo(json);
                }
            }

            json.WriteEndObject();
            json.WriteStartArray("inputs");
            foreach (var (name, tensor) in input.Values)
            {
                Write(json, name, tensor, raw);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }).Body;

        var whole = new byte[sizeof(int) + head.Length + raw.WrittenCount];
        BinaryPrimitives.WriteInt32LittleEndian(whole, head.Length);
        head.CopyTo(whole.AsMemory(sizeof(int)));
        raw.WrittenMemory.CopyTo(whole.AsMemory(sizeof(int) + head.Length));
        return whole;
    }

    public static ModelAnswer ReadAnswer(ReadOnlyMemory<byte> body)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(body.Span);
        using var document = JsonDocument.Parse(body.Slice(sizeof(int), length), new() { MaxDepth = 256 });
        var at = sizeof(int) + length;
        List<string> names = [];
        List<ModelValue> values = [];
        foreach (var output in document.RootElement.GetProperty("outputs").EnumerateArray())
        {
            names.Add(output.GetProperty("name").GetString()!);
            values.Add(Read(output, body.Span, ref at));
        }

        return new(Enum.Parse<AnswerForm>(document.RootElement.GetProperty("form").GetString()!, ignoreCase: true), names, [.. values]);
    }

    private void Write(Utf8JsonWriter json, string name, Tensor tensor, ArrayBufferWriter<byte> raw)
    {
        json.WriteStartObject();
        json.WriteString("name", name);
        json.WriteString("datatype", tensor.Type.ToInference());
        json.WriteStartArray("shape");
        foreach (var size in tensor.Shape)
        {
            json.WriteNumberValue(size);
        }

        json.WriteEndArray();
        if (tensor.Type == ElementType.String)
        {
            json.WriteString("kind", inputs.FirstOrDefault(f => f.Name == name)?.Type is PlainType plain ? plain.Name : "");
            json.WritePropertyName("data");
            JsonValues.WriteFlat(json, tensor);
        }
        else
        {
            json.WriteNumber("count", tensor.Data.Length);
            RawTensors.Write(tensor, raw);
        }

        json.WriteEndObject();
    }

    private static ModelValue Read(JsonElement output, ReadOnlySpan<byte> body, ref int at)
    {
        if (output.TryGetProperty("json", out var value))
        {
            return new JsonValue(value.Clone());
        }

        var tensor = Tensor.Of(TypeNames.OfInference(output.GetProperty("datatype").GetString()!), [.. output.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())]);
        if (tensor.Data is string?[] texts)
        {
            var i = 0;
            foreach (var text in output.GetProperty("data").EnumerateArray())
            {
                texts[i++] = text.GetString();
            }

            return tensor;
        }

        var bytes = output.GetProperty("bytes").GetInt32();
        RawTensors.Read(body.Slice(at, bytes), tensor, "output");
        at += bytes;
        return tensor;
    }

    private static List<KeyValuePair<string, JsonElement>> Defaults(string? json)
    {
        try
        {
            using var document = JsonDocument.Parse(json ?? "[]");
            return document.RootElement.ValueKind != JsonValueKind.Array ? [] : [.. document.RootElement.EnumerateArray()
                .Where(p => p.ValueKind == JsonValueKind.Object && p.TryGetProperty("name", out var name) && name.ValueKind == JsonValueKind.String)
                .Select(p => KeyValuePair.Create(p.GetProperty("name").GetString()!, p.TryGetProperty("default", out var fallback) ? fallback.Clone() : default))];
        }
        catch (JsonException)
        {
            return [];
        }
    }
}
